/** A to-do list in memory. */
export class TodoList {
  #items = [];

  add(title) {
    this.#items.push({ title, done: false });
  }

  finish(title) {
    const item = this.#items.find((candidate) => candidate.title === title);
    item.done = true;
  }

  open() {
    return this.#items.filter((item) => !item.done).map((item) => item.title);
  }
}
