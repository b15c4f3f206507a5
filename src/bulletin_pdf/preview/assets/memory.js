// What a window remembers of an issue: how its pages are looked at, and where one was.

const KEY = "bulletin-preview";

class Memory {
  #values = {};
  #issue = "";

  constructor() {
    try {
      this.#values = JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      // A browser may refuse to keep anything: then every window begins anew.
    }
  }

  // From now on, the place in the text belongs to this issue.
  about(issue) {
    this.#issue = issue;
  }

  get(name, otherwise) {
    return this.#values[name] ?? otherwise;
  }

  set(name, value) {
    this.#values[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#values));
    } catch {
      // As above.
    }
  }

  get place() {
    return this.get(`place ${this.#issue}`);
  }

  set place(place) {
    this.set(`place ${this.#issue}`, place);
  }
}

export const remembered = new Memory();
