// The pages one below the other, side by side or all at once, at any size; what one looks at stays where it is.

import { remembered } from "./memory.js";
import { Page } from "./page.js";

const POINT = 96 / 72; // pixels of CSS, at which a page has the size of its paper
const GAP = 28; // between pages, as in preview.css
const STEPS = [0.1, 0.15, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6];
const USUAL = { single: "width", spread: "page", grid: "page" };

export class Stage {
  scale = 1; // 1: the size of the paper
  arrangement = remembered.get("arrangement", "single");
  #zooms = { ...USUAL, ...remembered.get("zooms", {}) };
  #pages = [];
  #element;
  #sheet;
  #handlers;
  #near;
  #drawSoon;
  #wasPlaced = false;

  constructor(element, sheet, handlers) {
    this.#element = element;
    this.#sheet = sheet;
    this.#handlers = handlers;
    this.#near = new IntersectionObserver((entries) => this.#come(entries), { root: element, rootMargin: "100% 50%" });
    new ResizeObserver(() => this.#layOut()).observe(element);
    element.addEventListener("scroll", () => this.#moved(), { passive: true });
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    sheet.addEventListener("click", (event) => this.#choose(event), { capture: true });
  }

  // How large the pages are asked to be: 'width', 'page', or a scale.
  get zoom() {
    return this.#zooms[this.arrangement];
  }

  // --- what is shown ---

  show(view) {
    while (this.#pages.length > view.pages.length) {
      const page = this.#pages.pop();
      this.#near.unobserve(page.element);
      page.element.remove();
    }
    view.pages.forEach((page, index) => {
      const own = this.#pages[index] ?? this.#add(index + 1);
      const findings = [...view.findings.entries()].filter(([, finding]) => finding.page === own.number);
      own.update(page, findings);
    });
    this.#layOut();
    if (!this.#wasPlaced && this.#pages.length) {
      this.#wasPlaced = true;
      if (remembered.place) this.#holdAt(remembered.place);
    }
  }

  #add(number) {
    const page = new Page(number, this.#handlers);
    this.#pages.push(page);
    this.#sheet.append(page.element);
    this.#near.observe(page.element);
    return page;
  }

  #come(entries) {
    for (const { target, isIntersecting } of entries) {
      const page = this.#pages[target.dataset.number - 1];
      if (!page) continue;
      page.isNear = isIntersecting;
      page.draw();
    }
  }

  // --- arrangement and size ---

  arrange(arrangement, number = this.current) {
    this.arrangement = arrangement;
    remembered.set("arrangement", arrangement);
    this.#layOut();
    this.goTo(number);
  }

  // zoom: 'width', 'page', or a scale. The place under the pointer, or the middle, stays.
  zoomTo(zoom, pointer) {
    this.#zooms[this.arrangement] = zoom;
    remembered.set("zooms", this.#zooms);
    this.#layOut(pointer);
  }

  step(direction, pointer) {
    const steps = direction > 0 ? STEPS : STEPS.toReversed();
    const next = steps.find((step) => (step - this.scale) * direction > 0.005);
    if (next) this.zoomTo(next, pointer);
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const scale = this.scale * Math.exp((-event.deltaY * lines) / 300);
    this.zoomTo(Math.min(STEPS.at(-1), Math.max(STEPS[0], scale)), event);
  }

  #layOut(pointer) {
    if (!this.#pages.length || !this.#element.clientWidth) return;
    const place = this.#placeOf(pointer);
    this.#sheet.className = this.arrangement;
    this.scale = typeof this.zoom === "number" ? this.zoom : this.#fitting(this.zoom);
    for (const page of this.#pages) page.resize(this.scale * POINT);
    if (place) this.#hold(place);
    this.#moved();
    // While a wheel turns, the old pictures are stretched; they are drawn anew when it rests.
    const draw = () => this.#pages.forEach((page) => page.draw());
    clearTimeout(this.#drawSoon);
    if (pointer) this.#drawSoon = setTimeout(draw, 120);
    else draw();
  }

  // The scale at which the widest or highest page fits, or in the grid all of them.
  #fitting(zoom) {
    const width = Math.max(...this.#pages.map(({ page }) => page.width)) * POINT;
    const height = Math.max(...this.#pages.map(({ page }) => page.height)) * POINT;
    const free = { width: this.#element.clientWidth - 2 * this.#margin, height: this.#element.clientHeight - 2 * this.#margin };
    const count = this.#pages.length;
    const fit = (columns, rows) => {
      const inWidth = (free.width - (columns - 1) * (this.arrangement === "grid" ? GAP : 0)) / columns / width;
      const inHeight = (free.height - (rows - 1) * GAP) / rows / height;
      return zoom === "page" ? Math.min(inWidth, inHeight) : inWidth;
    };
    if (this.arrangement !== "grid") return Math.max(STEPS[0], fit(this.arrangement === "spread" ? 2 : 1, 1));
    if (zoom === "width") return Math.max(STEPS[0], fit(Math.min(count, 4), 1));
    const columns = Array.from({ length: count }, (_, index) => index + 1);
    return Math.max(STEPS[0], Math.min(1, ...[Math.max(...columns.map((each) => fit(each, Math.ceil(count / each))))]));
  }

  // --- place ---

  // The page in the middle of the window.
  get current() {
    return this.#placeOf()?.number ?? 1;
  }

  goTo(number) {
    const page = this.#pages[number - 1];
    if (!page) return;
    const frame = page.element.getBoundingClientRect();
    const stage = this.#element.getBoundingClientRect();
    const spare = Math.max(0, (stage.height - frame.height) / 2);
    this.#element.scrollTop += frame.top - stage.top - Math.min(spare, this.#margin);
    this.#centre(frame, stage);
  }

  turn(direction) {
    const leaf = this.arrangement === "spread" ? 2 : 1;
    this.goTo(Math.min(this.#pages.length, Math.max(1, this.current + direction * leaf)));
  }

  // Brings the place of a finding into sight.
  reveal(finding) {
    const page = this.#pages[finding.page - 1];
    if (!page) return;
    if (this.arrangement === "grid") this.arrange("single", finding.page);
    const frame = page.element.getBoundingClientRect();
    const stage = this.#element.getBoundingClientRect();
    const [left, top, right, bottom] = finding.box ?? [0, 0, page.page.width, 0];
    const pixels = this.scale * POINT;
    this.#element.scrollTo({
      top: this.#element.scrollTop + frame.top - stage.top + ((top + bottom) / 2) * pixels - stage.height / 3,
      left: this.#element.scrollLeft + frame.left - stage.left + ((left + right) / 2) * pixels - stage.width / 2,
    });
    page.pulse(finding);
  }

  // Around the pages: less in a small window.
  get #margin() {
    return parseFloat(getComputedStyle(this.#sheet).paddingTop);
  }

  #centre(frame, stage) {
    if (frame.width > stage.width) return;
    this.#element.scrollLeft += frame.left + frame.width / 2 - stage.left - stage.width / 2;
  }

  // Where on which page something stands: the pointer, or the middle of the window.
  #placeOf(pointer) {
    const stage = this.#element.getBoundingClientRect();
    const x = pointer?.clientX ?? stage.left + this.#element.clientWidth / 2;
    const y = pointer?.clientY ?? stage.top + this.#element.clientHeight / 2;
    const away = (frame) =>
      Math.max(frame.left - x, x - frame.right, 0) + Math.max(frame.top - y, y - frame.bottom, 0);
    let nearest = null;
    for (const page of this.#pages) {
      const frame = page.element.getBoundingClientRect();
      if (frame.width && (!nearest || away(frame) < away(nearest.frame))) nearest = { number: page.number, frame };
    }
    if (!nearest) return null;
    const { number, frame } = nearest;
    return { number, across: (x - frame.left) / frame.width, down: (y - frame.top) / frame.height, x, y };
  }

  // Scrolls so that a place stands where it stood in the window.
  #hold({ number, across, down, x, y }) {
    const page = this.#pages[Math.min(number, this.#pages.length) - 1];
    const frame = page.element.getBoundingClientRect();
    this.#element.scrollLeft += frame.left + across * frame.width - x;
    this.#element.scrollTop += frame.top + down * frame.height - y;
  }

  #holdAt({ number, across, down }) {
    const stage = this.#element.getBoundingClientRect();
    this.#hold({ number, across, down, x: stage.left + stage.width / 2, y: stage.top + stage.height / 2 });
  }

  #moved() {
    const place = this.#placeOf();
    if (!place) return;
    if (this.#wasPlaced) remembered.place = { number: place.number, across: place.across, down: place.down };
    this.#handlers.onMove(place.number);
  }

  // In the grid, a page is chosen to be looked at.
  #choose(event) {
    if (this.arrangement !== "grid") return;
    const chosen = event.target.closest(".page");
    if (!chosen) return;
    event.stopPropagation();
    this.arrange("single", Number(chosen.dataset.number));
  }
}
