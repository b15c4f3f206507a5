// All pages small, at the left.

import { flash } from "./page.js";

const WIDTH = 96;

export class Thumbnails {
  #element;
  #onChoice;

  constructor(element, onChoice) {
    this.#element = element;
    this.#onChoice = onChoice;
  }

  show(pages) {
    while (this.#element.children.length > pages.length) this.#element.lastChild.remove();
    pages.forEach((page, index) => {
      const button = this.#element.children[index] ?? this.#add(index + 1);
      if (button.dataset.digest === page.digest) return;
      const [image] = button.children;
      const isNew = !button.dataset.digest;
      button.dataset.digest = page.digest;
      image.width = WIDTH;
      image.height = Math.round((WIDTH * page.height) / page.width);
      image.src = `/pages/${page.digest}/${Math.round(WIDTH * window.devicePixelRatio)}.png`;
      if (!isNew) flash(button.children[1]);
    });
  }

  // Marks the page that is looked at.
  current(number) {
    [...this.#element.children].forEach((button, index) => {
      const isCurrent = index + 1 === number;
      if (isCurrent && button.ariaCurrent !== "page") button.scrollIntoView({ block: "nearest" });
      button.ariaCurrent = isCurrent ? "page" : null;
    });
  }

  #add(number) {
    const button = document.createElement("button");
    button.title = `第 ${number} 页`;
    const image = document.createElement("img");
    image.loading = "lazy";
    image.alt = "";
    const light = document.createElement("span");
    light.className = "flash";
    const label = document.createElement("span");
    label.textContent = number;
    button.append(image, light, label);
    button.addEventListener("click", () => this.#onChoice(number));
    this.#element.append(button);
    return button;
  }
}
