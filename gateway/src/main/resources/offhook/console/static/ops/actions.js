import { ask, read, Refusal, useToken } from './api.js';
import { el, setText } from './dom.js';

// Signing in, and what those who are signed in may do. Each action asks first and says what it does.

/** Who looks: nobody signed in reads, an operator acts. */
class Session {
  #parts = null;
  #who = null;

  start(parts) {
    this.#parts = parts;
    parts.button.addEventListener('click', () => (this.#who === null ? this.signIn() : this.signOut()));
    this.#look();
  }

  /** Whether anybody can sign in here, and if not, why. */
  async #look() {
    try {
      this.#parts.button.hidden = !(await read('session')).possible;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.#parts.button.hidden = refusal.status !== 401;
    }
  }

  /** Nothing is shown without: asks, unless it asks already. */
  needed() {
    if (this.#who !== null) this.#forget('Your sign-in is over.');
    if (!this.#parts.dialog.open) this.signIn();
  }

  signIn() {
    const name = el('input', { id: 'sign-name', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: '128', required: true });
    const password = el('input', { id: 'sign-password', type: 'password', autocomplete: 'current-password', maxlength: '1024', required: true });
    const why = el('p.why', { role: 'alert' });
    const form = el('form', { method: 'dialog', on: { submit: (event) => {
      event.preventDefault();
      this.#enter(name.value, password.value).then(
        () => this.#parts.dialog.close(),
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
      el('button', { type: 'button', on: { click: () => this.#parts.dialog.close() } }, 'Cancel'),
      el('button.main', { type: 'submit' }, 'Sign in')));
    open(this.#parts.dialog, form);
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
    this.#who = granted;
    this.#show();
    this.#parts.changed();
  }

  async signOut() {
    try {
      await ask('session', { method: 'DELETE' });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
    }
    this.#forget('');
    this.#parts.changed();
  }

  #forget(why) {
    useToken(null);
    this.#who = null;
    this.#show();
    if (why !== '') this.say(why);
  }

  #show() {
    document.body.classList.toggle('operates', this.#who?.role === 'operate');
    setText(this.#parts.user, this.#who === null ? '' : `${this.#who.name}${this.#who.role === 'operate' ? '' : ' (reads)'}`);
    setText(this.#parts.button, this.#who === null ? 'Sign in' : 'Sign out');
    if (this.#who !== null) this.#parts.button.hidden = false;
  }

  say(text, tone = 'plain') {
    const { notice } = this.#parts;
    notice.hidden = false;
    notice.className = `notice ${tone}`;
    setText(notice, text);
  }

  /** Asks whether it is meant, does it, and says what came of it. */
  confirm(action) {
    const why = el('p.why', { role: 'alert' });
    const { dialog } = this.#parts;
    const go = el(`button.${action.danger ? 'danger' : 'main'}`, { type: 'button', on: { click: async () => {
      go.disabled = true;
      try {
        const said = await perform(action);
        dialog.close();
        this.say(said);
        this.#parts.changed();
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        go.disabled = false;
        setText(why, refusal.message);
        if (refusal.status === 401) {
          dialog.close();
          this.needed();
        }
      }
    } } }, action.label);
    const cancel = el('button', { type: 'button', on: { click: () => dialog.close() } }, 'Cancel');
    open(dialog, el('div', {}, el('h2', { id: 'dialog-title' }, action.question), el('p', {}, action.consequence), why,
      el('div.buttons', {}, cancel, go)));
    cancel.focus();
  }
}

function open(dialog, content) {
  dialog.replaceChildren(content);
  dialog.showModal();
}

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

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  el('a', { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

export const session = new Session();

/**
 * @param action `label` of the button, `of` whom for those who only hear it, `path` of the API,
 *   `question` and `consequence` in words; `danger`; `file` the name of a file that comes of it
 */
export function actionButton(action) {
  return el('button.act', {
    type: 'button',
    'aria-label': action.of === undefined ? undefined : `${action.label}: ${action.of}`,
    on: { click: () => session.confirm(action) },
  }, action.label);
}

/** What is done to the gateway as a whole. */
export function gatewayActions() {
  const drain = el('span');
  const node = el('div.act.buttons', {}, drain, actionButton({
    label: 'Reload', path: 'gateway/reload',
    question: 'Reload the configuration?',
    consequence: 'The file is read again. Calls that are live are not touched; a file with an error changes nothing.',
  }));
  let was = null;
  return {
    node,
    show: ({ draining, node: name }) => {
      if (was === draining) return;
      was = draining;
      drain.replaceChildren(actionButton(draining
        ? { label: 'Take calls again', path: 'gateway/undrain', question: `Let ${name} take calls again?`, consequence: 'New calls are taken from now on.' }
        : { label: 'Drain', path: 'gateway/drain', danger: true, question: `Drain ${name}?`, consequence: 'New calls are refused from now on, and agents are told. Calls that are live go on, emergency calls are taken.' }));
    },
  };
}
