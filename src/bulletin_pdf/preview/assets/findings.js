// What was found: all of it in the panel at the right, and what stands in the way of new pages over the old ones.

import { copyWords } from "./source.js";

const SEVERITY = { error: "错误", warning: "警告" };

export class Findings {
  #panel;
  #broken;
  #source;
  #onChoice;
  #findings = [];
  #chosen = -1;
  #told = "";

  constructor(panel, broken, source, onChoice) {
    this.#panel = panel;
    this.#broken = broken;
    this.#source = source;
    this.#onChoice = onChoice;
    broken.querySelector("#fold").addEventListener("click", () => this.#fold(!broken.classList.contains("folded")));
  }

  show(view) {
    const chosen = this.#findings[this.#chosen];
    this.#findings = view.findings.map((finding, index) => ({ ...finding, index }));
    this.#chosen = this.#findings.findIndex((each) => chosen && each.code === chosen.code && each.message === chosen.message);
    // Errors first: they keep the issue from print.
    const order = [...this.#findings].sort((one, other) => (one.severity > other.severity) - (one.severity < other.severity));
    this.#panel.querySelector("ol").replaceChildren(...order.map((finding) => this.#item(finding)));
    this.#panel.querySelector("#nothing").hidden = order.length > 0;
    this.#mark();
    this.#cover(view, order.filter((finding) => finding.severity === "error"));
  }

  // A finding by its index among those of the view.
  choose(index) {
    this.#chosen = index;
    this.#mark();
    const item = this.#panel.querySelector(".chosen");
    item?.scrollIntoView({ block: "nearest" });
    if (this.#findings[index]?.page) this.#onChoice(this.#findings[index]);
  }

  step(direction) {
    const order = [...this.#panel.querySelectorAll("li")].map((item) => Number(item.dataset.index));
    if (!order.length) return;
    const at = order.indexOf(this.#chosen);
    this.choose(order[at < 0 ? (direction > 0 ? 0 : order.length - 1) : (at + direction + order.length) % order.length]);
  }

  #mark() {
    for (const item of this.#panel.querySelectorAll("li"))
      item.classList.toggle("chosen", Number(item.dataset.index) === this.#chosen);
  }

  // The last good pages stay, with the errors over them.
  #cover(view, errors) {
    this.#broken.hidden = view.isCurrent;
    if (view.isCurrent) return;
    this.#broken.querySelector("h2").textContent = view.pages.length
      ? "稿件有错误，下面还是上一次的版面"
      : "稿件有错误，还排不出版面";
    this.#broken.querySelector("ol").replaceChildren(...errors.map((finding) => this.#item(finding)));
    const told = JSON.stringify(errors);
    if (told !== this.#told) this.#fold(false); // folded away were others
    this.#told = told;
  }

  #fold(isFolded) {
    this.#broken.classList.toggle("folded", isFolded);
    const button = this.#broken.querySelector("#fold");
    button.textContent = isFolded ? "展开" : "收起";
    button.ariaExpanded = !isFolded;
  }

  #item(finding) {
    const item = document.createElement("li");
    item.className = finding.severity;
    item.dataset.index = finding.index;
    const head = element("p", "head");
    head.append(element("b", "", SEVERITY[finding.severity]), element("span", "code", finding.code));
    if (finding.page) head.append(element("span", "where", `第 ${finding.page} 页`));
    const message = element("button", "message", finding.message);
    item.append(head, message);
    if (finding.hint) item.append(element("p", "hint", `改法：${finding.hint}`));
    if (finding.file && this.#source.isOpenable(finding)) item.append(this.#place(finding));
    item.addEventListener("click", (event) => {
      if (!event.target.closest("a, .copy")) this.choose(finding.index);
    });
    return item;
  }

  #place(finding) {
    const place = element("p", "place");
    const link = element("a", "", this.#source.short(finding));
    link.href = this.#source.address(finding);
    link.title = `在编辑器里打开 ${this.#source.words(finding)}`;
    const copy = element("button", "copy", "复制");
    copy.addEventListener("click", () => copyWords(this.#source.words(finding), copy));
    place.append(link, copy);
    return place;
  }
}

function element(name, className, words = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = words;
  return made;
}
