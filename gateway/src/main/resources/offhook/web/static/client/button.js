/**
 * A button with which visitors of a site call it. One tag puts it on a page:
 *
 *   <script type="module" src="https://gw.example.com/client/button.js" data-site="shop"></script>
 *
 * Attributes, rights and the Content Security Policy of the page: gateway/docs/click-to-call.md.
 */

import { GuestCall, isInCall } from './guest-call.js';

const GATEWAY = new URL(import.meta.url).origin;

const STYLE = `
  :host { display: inline-block; font: 16px/1.4 system-ui, sans-serif; }
  [hidden] { display: none !important; }
  .box { display: inline-flex; flex-wrap: wrap; gap: 8px; align-items: center; }
  button {
    font: inherit; font-weight: 600; min-height: 44px; padding: 0 20px; border-radius: 22px;
    border: 2px solid transparent; cursor: pointer; color: #fff; background: #0a6b3b;
  }
  button:hover { filter: brightness(1.1); }
  button:focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px; }
  .end { background: #b3261e; }
  .mute { color: #1f1f1f; background: #fff; border-color: #5f6368; }
  .mute[aria-pressed="true"] { color: #fff; background: #5f6368; }
  p { margin: 0; min-width: 6em; }
  p.error { flex-basis: 100%; max-width: 30em; color: #b3261e; }
  @media (prefers-color-scheme: dark) { p.error { color: #ff8a80; } }
  @media (forced-colors: active) { button { border-color: ButtonText; } }
`;

/** The words on the button; a site gives its own by `data-text-...`. */
const TEXTS = {
  call: 'Call us',
  again: 'Call again',
  connecting: 'Connecting…',
  ringing: 'Ringing…',
  talking: 'In call',
  mute: 'Mute',
  end: 'Hang up',
  over: 'The call is over.',
};

class CallButton extends HTMLElement {
  #call = null;
  #timer = 0;
  #parts;

  connectedCallback() {
    if (this.#parts) {
      return;
    }
    const root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE); // Made by script: allowed by policies that forbid inline styles.
    root.adoptedStyleSheets = [sheet];
    const part = (tag, className, text = '') => {
      const element = document.createElement(tag);
      element.className = className;
      element.textContent = text;
      if (tag === 'button') {
        element.type = 'button';
      }
      return element;
    };
    this.#parts = {
      start: part('button', 'start', this.#text('call')),
      state: part('p', 'state'),
      mute: part('button', 'mute', this.#text('mute')),
      end: part('button', 'end', this.#text('end')),
      error: part('p', 'error'),
    };
    const { start, state, mute, end, error } = this.#parts;
    state.setAttribute('role', 'status');
    error.setAttribute('role', 'alert');
    mute.setAttribute('aria-pressed', 'false');
    start.addEventListener('click', () => this.#begin());
    mute.addEventListener('click', () => this.#mute());
    end.addEventListener('click', () => this.#call?.hangUp());
    const box = part('div', 'box');
    box.append(start, state, mute, end, error);
    root.append(box);
    this.#show('idle', '');
    if (isInCall(this.dataset.site ?? '')) {
      this.#begin(true);
    }
  }

  disconnectedCallback() {
    this.#call?.hangUp();
  }

  #text(name) {
    const own = this.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`];
    return own || TEXTS[name];
  }

  /** `data-field-order="4711"` is the field `order`; `page` is the address without query. */
  #fields() {
    const fields = { page: location.origin + location.pathname };
    for (const { name, value } of this.attributes) {
      if (name.startsWith('data-field-') && value !== '') {
        fields[name.slice('data-field-'.length)] = value;
      }
    }
    return fields;
  }

  /** @param resume whether this goes on with the call of the page before */
  #begin(resume = false) {
    if (this.#call) {
      return;
    }
    this.#call = new GuestCall({
      gateway: GATEWAY,
      site: this.dataset.site ?? '',
      tokenUrl: this.dataset.tokenUrl ?? '',
      fields: this.#fields(),
      onState: (state, text) => this.#show(state, text),
      resume,
    });
    if (!resume) {
      this.#parts.end.focus();
    }
  }

  #mute() {
    this.#call?.mute(!this.#call.isMuted);
    this.#parts.mute.setAttribute('aria-pressed', String(this.#call?.isMuted ?? false));
  }

  #show(state, text) {
    const { start, state: line, mute, end, error } = this.#parts;
    const isIdle = state === 'idle' || state === 'over';
    const hadFocus = this.shadowRoot.activeElement !== null;
    this.dataset.state = state === 'over' && text !== '' ? 'error' : state;
    clearInterval(this.#timer);
    start.hidden = !isIdle;
    end.hidden = isIdle;
    mute.hidden = state !== 'talking';
    mute.setAttribute('aria-pressed', String(this.#call?.isMuted ?? false));
    error.textContent = text;
    error.hidden = text === '';
    line.hidden = state === 'idle' || text !== '';
    line.textContent = isIdle ? this.#text('over') : this.#text(state);
    if (state === 'talking') {
      this.#runTimer();
    } else if (state === 'over') {
      this.#call = null;
      start.textContent = this.#text('again');
      if (hadFocus) {
        start.focus();
      }
    }
    this.dispatchEvent(new CustomEvent('offhook-state', { detail: { state, text }, bubbles: true }));
  }

  /** Not read out each second: the announcement is the state alone. */
  #runTimer() {
    const startedAt = this.#call?.startedAt?.getTime() ?? Date.now();
    const clock = document.createElement('span');
    clock.setAttribute('aria-hidden', 'true');
    this.#parts.state.append(' ', clock);
    const tick = () => {
      const seconds = Math.floor((Date.now() - startedAt) / 1_000);
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    };
    tick();
    this.#timer = setInterval(tick, 1_000);
  }
}

customElements.define('offhook-call', CallButton);

/** A tag in the body becomes a button where it stands. */
for (const script of document.querySelectorAll('body script[data-site]')) {
  if (script.src.split(/[?#]/)[0] === import.meta.url.split(/[?#]/)[0]) {
    const button = document.createElement('offhook-call');
    for (const { name, value } of script.attributes) {
      if (name.startsWith('data-')) {
        button.setAttribute(name, value);
      }
    }
    script.after(button);
  }
}
