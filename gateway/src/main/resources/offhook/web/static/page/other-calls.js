import { partyText } from './call-text.js';
import { byId } from './dom.js';

/** The calls beside the one on the card: those that ring meanwhile, and those on hold. */
export class OtherCalls {
  #section = byId('other-calls');
  #list = byId('other-calls-list');
  #onTake;
  #onEnd;

  /**
   * @param onTake a call is to be answered, or taken up again
   * @param onEnd a call is to be declined or hung up
   */
  constructor({ onTake, onEnd }) {
    this.#onTake = onTake;
    this.#onEnd = onEnd;
  }

  show(calls) {
    this.#section.hidden = calls.length === 0;
    // A button that has the focus keeps it if its call is still there.
    const focused = document.activeElement?.dataset?.key;
    this.#list.replaceChildren(...calls.map((call) => this.#item(call)));
    if (focused) {
      [...this.#list.querySelectorAll('button')].find(({ dataset }) => dataset.key === focused)
        ?.focus();
    }
  }

  #item(call) {
    const item = document.createElement('li');
    const rings = call.status() === 'pending';
    item.dataset.state = rings ? 'ringing' : 'held';
    const who = document.createElement('bdi');
    who.textContent = partyText(call);
    const what = document.createElement('span');
    what.className = 'note';
    what.textContent = rings ? 'calls' : call.isOnHold ? 'on hold' : 'in call';
    const party = partyText(call);
    item.append(who, what,
      this.#button(call, rings ? 'Answer' : 'Take up', 'go', party, this.#onTake),
      this.#button(call, rings ? 'Decline' : 'Hang up', 'stop outline', party, this.#onEnd));
    return item;
  }

  #button(call, text, className, party, action) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = className;
    button.textContent = text;
    button.setAttribute('aria-label', `${text}: ${party}`);
    button.dataset.key = `${call.id || call.request} ${text}`;
    button.addEventListener('click', () => action(call));
    return button;
  }
}
