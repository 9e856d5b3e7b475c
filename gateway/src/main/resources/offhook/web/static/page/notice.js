import { byId } from './dom.js';

/** More would hide the calls below. */
const MOST = 3;

/** The boxes at the top that say what went wrong and what to do, the latest first. */
export class Notice {
  #box = byId('message');
  #shown = new Map();

  /** Takes the place of what was said before by this key. */
  show(message, solutions = [], key = message) {
    this.clearIf(key);
    const item = this.#item(message, solutions, key);
    this.#shown.set(key, item);
    this.#box.prepend(item);
    this.clearIf(...[...this.#shown.keys()].slice(0, -MOST));
  }

  #item(message, solutions, key) {
    const item = document.createElement('div');
    item.className = 'message';
    const text = document.createElement('strong');
    text.textContent = message;
    const dismiss = document.createElement('button');
    dismiss.type = 'button';
    dismiss.className = 'quiet';
    dismiss.textContent = 'Dismiss';
    dismiss.addEventListener('click', () => this.clearIf(key));
    item.append(text, dismiss);
    if (solutions.length > 0) {
      const list = document.createElement('ul');
      for (const solution of solutions) {
        const entry = document.createElement('li');
        entry.textContent = solution;
        list.append(entry);
      }
      item.append(list);
    }
    return item;
  }

  showError(error) {
    this.show(error.message, error.solutions, error.name);
  }

  clear() {
    this.clearIf(...this.#shown.keys());
  }

  /** Takes away what is about one of these. */
  clearIf(...keys) {
    for (const key of keys) {
      this.#shown.get(key)?.remove();
      this.#shown.delete(key);
    }
  }
}
