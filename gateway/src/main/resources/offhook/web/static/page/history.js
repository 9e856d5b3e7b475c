import { nobodyText } from './call-text.js';
import { byId } from './dom.js';

const MAX_HISTORY = 30;

/** The calls since the page was opened; kept nowhere else. */
export class History {
  #list = byId('history');

  clear() {
    this.#list.replaceChildren();
    byId('history-empty').hidden = false;
  }

  add({ name, number, isWithheld }, outcome, isOutgoing) {
    byId('history-empty').hidden = true;
    const item = document.createElement('li');
    const who = document.createElement('bdi');
    who.textContent = name || number || nobodyText(isWithheld);
    if (isOutgoing) {
      who.textContent = `→ ${who.textContent}`;
    }
    const when = document.createElement('time');
    const now = new Date();
    when.dateTime = now.toISOString();
    when.textContent = now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    const what = document.createElement('span');
    what.className = 'note';
    what.textContent = outcome;
    item.append(who, when);
    if (name && number) {
      const from = document.createElement('bdi');
      from.className = 'number';
      from.textContent = number;
      item.append(from);
    }
    item.append(what);
    this.#list.prepend(item);
    while (this.#list.children.length > MAX_HISTORY) {
      this.#list.lastElementChild.remove();
    }
  }
}
