import { byId, setText } from './dom.js';

const MAX_DIALLED_CHARS = 64;

/** What only mean that the number in the field has to be corrected: said there. */
const NUMBER_ERRORS = ['InvalidArgument', 'BadNumber', 'InCall'];

/** The field for a number, its dial pad, and what is wrong with the number. */
export class Dialler {
  #onDial;

  /** @param onDial a number is to be called; resolves when it was dialled or refused */
  constructor(onDial) {
    this.#onDial = onDial;
    byId('dial-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId('dial-number').addEventListener('input', () => this.say(''));
    byId('dial-pad-toggle').addEventListener('click', () => this.#togglePad());
    byId('dial-pad').addEventListener('click', ({ target }) => this.#type(target));
  }

  focus() {
    byId('dial-number').focus();
  }

  clear() {
    byId('dial-number').value = '';
    this.say('');
  }

  /** Says at the number what is wrong with it. */
  say(text) {
    setText('dial-note', text);
    byId('dial-number').toggleAttribute('aria-invalid', false);
    if (text !== '') {
      byId('dial-number').setAttribute('aria-invalid', 'true');
    }
  }

  /** @return whether the error is about the number: it is said there then */
  takes(error) {
    const isIts = NUMBER_ERRORS.includes(error.name);
    if (isIts) {
      this.say([error.message, ...error.causes.slice(0, 1).map(sentence)].join(' '));
      this.focus();
    }
    return isIts;
  }

  async #submit() {
    const button = byId('dial-button');
    const number = byId('dial-number').value.trim();
    if (button.disabled) {
      return;
    }
    if (number === '') {
      this.say('Type the number, or the name of an agent, that you want to call.');
      this.focus();
      return;
    }
    this.say('');
    button.disabled = true;
    try {
      await this.#onDial(number);
    } finally {
      button.disabled = false;
    }
  }

  #togglePad() {
    const pad = byId('dial-pad');
    pad.hidden = !pad.hidden;
    byId('dial-pad-toggle').setAttribute('aria-expanded', String(!pad.hidden));
  }

  #type(key) {
    const field = byId('dial-number');
    if (key.id === 'dial-erase') {
      field.value = field.value.slice(0, -1);
    } else if (key.dataset?.digit && field.value.length < MAX_DIALLED_CHARS) {
      field.value += key.dataset.digit;
    }
    this.say('');
  }
}

function sentence(text) {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return start.endsWith('.') ? start : `${start}.`;
}
