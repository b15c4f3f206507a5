// One page: its picture at the resolution of the screen, what was found on it, and where its lines come from.

const SEVERITY = { error: "错误", warning: "警告" };

export class Page {
  isNear = false;
  #drawn = null; // the address of the picture that is shown
  #width = 0;

  constructor(number, { onSource, onFinding }) {
    this.number = number;
    this.element = document.createElement("article");
    this.element.className = "page";
    this.element.ariaLabel = `第 ${number} 页`;
    this.element.dataset.number = number;
    this.image = new Image();
    this.image.alt = "";
    this.light = layer("flash");
    this.pointed = layer("pointed");
    this.marks = layer("marks");
    this.element.append(this.image, this.pointed, this.marks, this.light);
    this.element.addEventListener("pointermove", (event) => this.#point(this.#sourceAt(event)));
    this.element.addEventListener("pointerleave", () => this.#point(null));
    this.element.addEventListener("click", (event) => {
      const source = this.#sourceAt(event);
      if (source) onSource(source, event);
    });
    this.onFinding = onFinding;
  }

  // page: as the server tells it. findings: those of this page, each with its index in the panel.
  update(page, findings) {
    this.page = page;
    this.#point(null);
    this.marks.replaceChildren(...findings.map(([index, finding]) => this.#mark(index, finding)));
  }

  // Lays the page out at so many pixels of CSS a point, and draws it if it is near.
  resize(pixels) {
    this.#width = this.page.width * pixels;
    this.element.style.width = `${this.#width}px`;
    this.element.style.height = `${this.page.height * pixels}px`;
  }

  // The new picture takes the place of the old one when it is ready, so that nothing flickers.
  async draw() {
    if (!this.isNear || !this.page) return;
    const { digest } = this.page;
    const address = `/pages/${digest}/${Math.round(this.#width * window.devicePixelRatio)}.png`;
    if (address === this.#drawn) return;
    this.#drawn = address;
    const image = new Image();
    image.alt = "";
    image.src = address;
    try {
      await image.decode();
    } catch {
      // The page has changed meanwhile, or the server is gone: what comes next draws again.
      if (this.#drawn === address) this.#drawn = null;
      return;
    }
    if (this.#drawn !== address) return;
    const shown = this.element.dataset.digest;
    this.image.replaceWith(image);
    this.image = image;
    if (shown === digest) return;
    this.element.dataset.digest = digest;
    if (shown) flash(this.light);
  }

  // Makes the place of a finding, or the page as a whole, conspicuous for a moment.
  pulse(finding) {
    const mark = this.marks.querySelector(`[data-index="${finding.index}"]`) ?? this.marks;
    mark.animate([{ transform: "scale(1.6)", opacity: 0 }, { transform: "none", opacity: 1 }], {
      duration: 350,
      easing: "ease-out",
    });
  }

  #mark(index, finding) {
    const mark = document.createElement("button");
    mark.className = `mark ${finding.severity}`;
    mark.dataset.index = index;
    mark.title = `${SEVERITY[finding.severity]} ${finding.code}：${finding.message}`;
    mark.ariaLabel = mark.title;
    if (finding.box) this.#place(mark, finding.box, 2);
    else mark.classList.add("whole");
    mark.addEventListener("click", (event) => {
      event.stopPropagation();
      this.onFinding(index);
    });
    return mark;
  }

  // box: in points from the upper left corner; air: points around it.
  #place(element, [left, top, right, bottom], air) {
    const { width, height } = this.page;
    element.style.left = `${((left - air) / width) * 100}%`;
    element.style.top = `${((top - air) / height) * 100}%`;
    element.style.width = `${((right - left + 2 * air) / width) * 100}%`;
    element.style.height = `${((bottom - top + 2 * air) / height) * 100}%`;
  }

  // The line or figure under the pointer; of those that lie over one another, the smallest.
  #sourceAt(event) {
    if (!this.page) return null;
    const frame = this.element.getBoundingClientRect();
    const x = ((event.clientX - frame.left) / frame.width) * this.page.width;
    const y = ((event.clientY - frame.top) / frame.height) * this.page.height;
    const size = ([left, top, right, bottom]) => (right - left) * (bottom - top);
    return this.page.sources
      .filter(({ box: [left, top, right, bottom] }) => left - 2 <= x && x <= right + 2 && top - 2 <= y && y <= bottom + 2)
      .reduce((least, each) => (least && size(least.box) <= size(each.box) ? least : each), null);
  }

  #point(source) {
    this.pointed.hidden = !source;
    this.element.classList.toggle("has-source", Boolean(source));
    if (source) this.#place(this.pointed, source.box, 2);
  }
}

// A change is seen without being looked for.
export function flash(light) {
  light.animate([{ opacity: 1 }, { opacity: 1, offset: 0.25 }, { opacity: 0 }], { duration: 1600, easing: "ease-in" });
}

function layer(name) {
  const element = document.createElement("div");
  element.className = name;
  return element;
}
