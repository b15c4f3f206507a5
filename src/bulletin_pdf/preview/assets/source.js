// A place in the source: its words, its address in the editor, and the small window that offers both.

export class SourcePlace {
  root = "";
  #element;
  #place;

  constructor(element) {
    this.#element = element;
    const [, link, copy] = element.children;
    link.addEventListener("click", () => this.hide());
    copy.addEventListener("click", () => copyWords(this.words(this.#place), copy));
    window.addEventListener("resize", () => this.hide());
    document.addEventListener("scroll", () => this.hide(), { capture: true, passive: true });
    document.addEventListener("pointerdown", (event) => {
      if (!element.contains(event.target)) this.hide();
    });
  }

  // content/2021-17/01.md:12:3
  words(place) {
    return [place.file, place.line, place.column].filter((part) => part !== null).join(":");
  }

  // Without the folder that all files of the issue share.
  short(place) {
    return this.words(place).replace(/^content\/[^/]+\//, "");
  }

  // Windows' C:/ needs a slash before it, which a path of another system brings along.
  address(place) {
    const path = `${this.root}/${place.file}`.replace(/^(?!\/)/, "/");
    return `vscode://file${path.split("/").map(encodeURIComponent).join("/").replaceAll("%3A", ":")}:${place.line ?? 1}:${place.column ?? 1}`;
  }

  // Whether there is a file to open: a finding may speak of the PDF.
  isOpenable(place) {
    return place.file !== null && !place.file.endsWith(".pdf");
  }

  // Beside the pointer; with Ctrl or ⌘ the editor opens at once.
  show(place, event) {
    if (event.ctrlKey || event.metaKey) {
      location.href = this.address(place);
      return;
    }
    this.#place = place;
    const [words, link] = this.#element.children;
    words.textContent = this.short(place);
    words.title = this.words(place);
    link.href = this.address(place);
    this.#element.hidden = false;
    this.#element.style.left = 0; // so that it is as wide as its words
    const { width, height } = this.#element.getBoundingClientRect();
    const left = Math.min(event.clientX - 20, window.innerWidth - width - 12);
    const below = event.clientY + 18;
    const top = below + height + 12 > window.innerHeight ? event.clientY - height - 18 : below;
    this.#element.style.left = `${Math.max(12, left)}px`;
    this.#element.style.top = `${top}px`;
  }

  hide() {
    this.#element.hidden = true;
  }
}

export async function copyWords(words, button) {
  await navigator.clipboard.writeText(words);
  const usual = button.textContent;
  button.textContent = "已复制";
  setTimeout(() => (button.textContent = usual), 1200);
}
