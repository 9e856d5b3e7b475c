import { ask, read, Refusal, useToken } from './api.js';
import { el, save, setText } from './dom.js';

// Who looks, how one signs in, and the dialog that asks.

/** Nobody signed in reads, an operator acts. */
class Session {
  #parts = null;
  #who = null;
  #told = { possible: false };
  #over = 0;
  #declined = false;

  start(parts) {
    this.#parts = parts;
    parts.button.addEventListener('click', () => (this.#who === null ? this.signIn() : this.signOut()));
    // Who closes the dialog is not asked again until they want to be.
    parts.dialog.addEventListener('close', () => {
      this.#declined = this.#who === null;
      // What opened it may be gone meanwhile; 'Sign in' has become 'Sign out'.
      if (document.activeElement === document.body || (this.#who !== null && document.activeElement === parts.button)) parts.view.focus();
    });
    parts.seen.addEventListener('click', () => {
      parts.notice.hidden = true;
      parts.view.focus();
    });
    this.#look();
  }

  /** Whether anybody can sign in here, and if not, why. */
  async #look() {
    try {
      this.#told = await read('session');
      this.#parts.button.hidden = !this.#told.possible && !this.#told['needed-to-read'];
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
    }
  }

  /** Nothing is shown without: asks, unless it asks already. */
  async needed() {
    const over = this.#who !== null;
    if (over) this.#forget();
    await this.#look();
    if (over) this.signIn('Your sign-in is over.');
    else if (this.#who === null && !this.#declined && !this.#parts.dialog.open) this.signIn();
  }

  /** By name and password; where nobody can, by the token that lets read. */
  signIn(why = '') {
    if (this.#told.possible) this.#askPassword(why);
    else if (this.#told['needed-to-read']) this.#askToken(why || this.#told['why-not']);
  }

  #askPassword(because) {
    const { dialog } = this.#parts;
    const name = el('input', { id: 'sign-name', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: '128', required: true });
    const password = el('input', { id: 'sign-password', type: 'password', autocomplete: 'current-password', maxlength: '1024', required: true });
    const why = el('p.why', { role: 'alert' }, because);
    open(dialog, el('form', { method: 'dialog', on: { submit: (event) => {
      event.preventDefault();
      this.#enter(name.value, password.value).then(
        () => dialog.close(),
        (refusal) => {
          setText(why, refusal.message);
          password.value = '';
          password.focus();
        });
    } } },
    el('h2', { id: 'dialog-title' }, 'Sign in'),
    el('label', { for: 'sign-name' }, 'Name'), name,
    el('label', { for: 'sign-password' }, 'Password'), password,
    why,
    el('div.buttons', {},
      this.#told['needed-to-read'] ? button('Use a token', () => this.#askToken('')) : null,
      button('Cancel', () => dialog.close()),
      el('button.main', { type: 'submit' }, 'Sign in'))));
  }

  #askToken(because) {
    const { dialog } = this.#parts;
    const shown = el('input', { id: 'sign-token', type: 'password', autocomplete: 'off', maxlength: '1024', required: true });
    const why = el('p.why', { role: 'alert' });
    open(dialog, el('form', { method: 'dialog', on: { submit: async (event) => {
      event.preventDefault();
      useToken(shown.value);
      try {
        await read('gateway');
        this.#is({ name: 'By token', role: 'read' });
        dialog.close();
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        useToken(null);
        setText(why, refusal.status === 401 ? 'This is not the token.' : refusal.message);
        shown.value = '';
        shown.focus();
      }
    } } },
    el('h2', { id: 'dialog-title' }, 'Read with a token'),
    because === '' ? null : el('p', {}, because),
    el('label', { for: 'sign-token' }, 'Token (ops.token)'), shown, why,
    el('div.buttons', {},
      this.#told.possible ? button('Use a password', () => this.#askPassword('')) : null,
      button('Cancel', () => dialog.close()),
      el('button.main', { type: 'submit' }, 'Read'))));
  }

  async #enter(name, password) {
    const answer = await ask('session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, password }),
      patience: 20_000,
    });
    const granted = await answer.json();
    useToken(granted.token);
    this.#is(granted);
    this.#over = setTimeout(() => this.needed(), granted['expires-in'] * 1000);
  }

  #is(who) {
    this.#who = who;
    this.#show();
    this.#parts.notice.hidden = true;
    this.#parts.changed();
  }

  async signOut() {
    try {
      await ask('session', { method: 'DELETE' });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
    }
    this.#forget();
    this.#parts.changed();
  }

  #forget() {
    clearTimeout(this.#over);
    useToken(null);
    this.#who = null;
    this.#declined = false;
    this.#parts.notice.hidden = true;
    this.#show();
  }

  #show() {
    document.body.classList.toggle('operates', this.#who?.role === 'operate');
    setText(this.#parts.user, this.#who === null ? '' : `${this.#who.name}${this.#who.role === 'operate' ? '' : ' (reads)'}`);
    setText(this.#parts.button, this.#who === null ? 'Sign in' : 'Sign out');
    if (this.#who !== null) this.#parts.button.hidden = false;
  }

  /** Stays until it is closed, or there is something else to say. */
  say(text, tone = 'plain') {
    const { notice, said } = this.#parts;
    notice.hidden = false;
    notice.className = `notice ${tone}`;
    setText(said, text);
  }

  /** Asks whether it is meant, does it, and says what came of it. */
  confirm(action) {
    const why = el('p.why', { role: 'alert' });
    const { dialog } = this.#parts;
    const go = el(`button.${action.danger ? 'danger' : 'main'}`, { type: 'button', on: { click: async () => {
      go.disabled = true;
      try {
        const said = await perform(action);
        if (go.isConnected) dialog.close();
        this.say(said);
        this.#parts.changed();
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        go.disabled = false;
        go.focus();
        setText(why, refusal.message);
        if (refusal.status === 401) {
          dialog.close();
          this.needed();
        } else if (!go.isConnected || !dialog.open) {
          this.say(`${action.label}: ${refusal.message}`, 'bad');
        }
      }
    } } }, action.label);
    const cancel = button('Cancel', () => dialog.close());
    open(dialog, el('div', {}, el('h2', { id: 'dialog-title' }, action.question), el('p', {}, action.consequence), why,
      el('div.buttons', {}, cancel, go)));
    cancel.focus();
  }
}

function open(dialog, content) {
  dialog.replaceChildren(content);
  if (dialog.open) content.querySelector('input, button').focus();
  else dialog.showModal();
}

const button = (text, press) => el('button', { type: 'button', on: { click: press } }, text);

async function perform(action) {
  const answer = await ask(action.path, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}', patience: 60_000,
  });
  if (action.file !== undefined) {
    save(await answer.blob(), action.file);
    return `${action.file} was made.`;
  }
  const { done } = await answer.json();
  return done;
}

export const session = new Session();
