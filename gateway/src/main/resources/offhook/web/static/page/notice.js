import { byId } from './dom.js';

/** The box at the top that says what went wrong and what to do. One message at a time. */
export class Notice {
  #box = byId('message');
  #key = '';

  show(message, solutions = [], key = message) {
    this.#key = key;
    const text = document.createElement('strong');
    text.textContent = message;
    const dismiss = document.createElement('button');
    dismiss.type = 'button';
    dismiss.className = 'quiet';
    dismiss.textContent = 'Dismiss';
    dismiss.addEventListener('click', () => this.clear());
    const children = [text, dismiss];
    if (solutions.length > 0) {
      const list = document.createElement('ul');
      for (const solution of solutions) {
        const item = document.createElement('li');
        item.textContent = solution;
        list.append(item);
      }
      children.push(list);
    }
    this.#box.replaceChildren(...children);
  }

  showError(error) {
    this.show(error.message, error.solutions, error.name);
  }

  clear() {
    this.#key = '';
    this.#box.replaceChildren();
  }

  /** Takes the message away if it is about one of these. */
  clearIf(...keys) {
    if (keys.includes(this.#key)) {
      this.clear();
    }
  }
}
