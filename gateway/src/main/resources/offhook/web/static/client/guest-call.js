/** One call of a visitor of a site: gets a token, signs in, calls the site's one destination. */

import { Device } from './device.js';
import { failureFromGateway, OffhookError } from './errors.js';

const MAX_FIELD_CHARS = 300;

/** The gateway takes the one whom the site leads to, whatever is dialled. */
const DESTINATION = 'site';

/** What the tab knows of the call while it lasts: of which site it is, and when it was last here. */
const KEY = 'offhook.guest';

/** The gateway keeps the call of a page that is gone for 15 s. */
const RETURN_MILLIS = 15_000;

/** From `welcome` until the gateway has told of the call, if it still has it. */
const RESUME_MILLIS = 3_000;

/** Whether the page before this one, in the same tab, was in a call of the site until just now. */
export function isInCall(site) {
  try {
    const left = JSON.parse(sessionStorage.getItem(KEY));
    return left?.site === site && Date.now() - left.at < RETURN_MILLIS;
  } catch {
    return false;
  }
}

/**
 * Goes on over a reload, and on the next page of the site that has the button. States: `connecting` → `ringing` → `talking` → `over`; each is told by `onState(state, text)`,
 * `over` with why in words, empty for a call that somebody hung up.
 */
export class GuestCall {
  #device = null;
  #call = null;
  #onState;
  #isOver = false;
  #error = null;
  #site;

  /** @param resume whether to take up the call that isInCall() told of, instead of a new one */
  constructor({ gateway, site, tokenUrl, fields, onState, resume = false }) {
    this.#onState = onState;
    this.#site = site;
    this.#run(gateway, () => token({ gateway, site, tokenUrl, fields }), resume);
  }

  /** When the two first heard each other; null before. */
  get startedAt() {
    return this.#call?.startedAt ?? null;
  }

  get isMuted() {
    return this.#call?.isMuted ?? false;
  }

  mute(muted) {
    this.#call?.mute(muted);
  }

  hangUp() {
    this.#call?.disconnect();
    this.#end('');
  }

  async #run(gateway, provider, resume) {
    this.#onState('connecting', '');
    try {
      const url = new URL('/guest', gateway);
      const device = new Device(provider, { url: url.href });
      this.#device = device;
      device.on('error', (error) => this.#onTrouble(error));
      device.on('resumed', (call) => this.#watch(call));
      // The permission first: without a microphone nobody need be called.
      await device.audio.open();
      if (this.#isOver) {
        device.audio.close(); // Given up while the browser asked.
        return;
      }
      await device.register();
      if (resume) {
        setTimeout(() => this.#call ?? this.#end(''), RESUME_MILLIS);
      } else if (!this.#isOver && this.#call === null) {
        this.#watch(await device.connect({ to: DESTINATION }));
      }
    } catch (thrown) {
      this.#end(wordsOf(thrown));
    }
  }

  #watch(call) {
    this.#call = call;
    if (this.#isOver) {
      call.disconnect();
      return;
    }
    this.#remember();
    globalThis.addEventListener('pagehide', this.#remember);
    call.on('ringing', () => this.#onState('ringing', ''));
    call.on('connected', () => this.#onState('talking', ''));
    if (call.startedAt !== null) {
      this.#onState('talking', '');
    }
    call.on('error', (error) => {
      this.#error = error;
    });
    call.on('disconnect', (cause) => {
      const isPlain = cause.reason === 'hang-up' || cause.reason === 'cancelled';
      this.#end(isPlain ? '' : this.#error?.message || cause.text || 'The call ended.');
    });
  }

  /** Before the call stands, what goes wrong ends it; later the library recovers by itself. */
  #onTrouble(error) {
    if (this.#call === null) {
      this.#end(wordsOf(error));
    }
  }

  #end(text) {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    globalThis.removeEventListener('pagehide', this.#remember);
    try {
      sessionStorage.removeItem(KEY);
    } catch {
      // Storage is off: there is nothing to remove.
    }
    this.#device?.destroy();
    this.#onState('over', text);
  }

  #remember = () => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ site: this.#site, at: Date.now() }));
    } catch {
      // Storage is off: a reload ends the call, after a while.
    }
  };
}

function wordsOf(thrown) {
  if (!(thrown instanceof OffhookError)) {
    console.error('offhook:', thrown);
    return 'The call could not be made.';
  }
  return [thrown.message, thrown.solutions[0] ?? ''].join(' ').trim();
}

/** Asks the site's own server for a token, or the gateway where the site has none. */
async function token({ gateway, site, tokenUrl, fields }) {
  const said = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value.slice(0, MAX_FIELD_CHARS)]));
  const response = await fetch(tokenUrl || new URL('/api/guest', gateway), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ site, fields: said }),
    cache: 'no-store',
    credentials: tokenUrl ? 'same-origin' : 'omit',
  });
  const body = await response.json().catch(() => null);
  if (!response.ok || typeof body?.token !== 'string') {
    throw failureFromGateway(body, response.status === 429 ? 'TooManyAttempts' : 'TokenRefused');
  }
  return body.token;
}
