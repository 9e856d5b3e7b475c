import { checkedParams, MAX_DIALLED_CHARS } from './caller.js';
import { deferred } from './deferred.js';
import { emit } from './emitter.js';
import { failure } from './errors.js';
import { plainText } from './text.js';

const STATES = ['trying', 'ringing', 'consulting', 'done', 'failed', 'refused'];
const RUNNING = ['trying', 'ringing', 'consulting'];

/** The transfers of one call: what was asked for last, and who waits for it. */
export class Transfers {
  #call;
  #tell;
  #now = { state: 'none', target: '', consult: false };
  #waiting = null;

  /** @param tell sends a message about the call, or throws */
  constructor(call, tell) {
    this.#call = call;
    this.#tell = tell;
  }

  get info() {
    return { ...this.#now };
  }

  get isRunning() {
    return RUNNING.includes(this.#now.state);
  }

  /** The page was reloaded while one ran. */
  resume({ to, consult, state }) {
    this.#now = { state, target: plainText(to), consult: consult === true };
    this.#waiting = deferred();
  }

  ask(type, target, params) {
    const to = typeof target === 'string' ? target.trim() : '';
    if (to === '' || to.length > MAX_DIALLED_CHARS) {
      throw failure('InvalidArgument', {
        detail: `A target is a number or a name of at most ${MAX_DIALLED_CHARS} characters.`,
      });
    }
    const headers = checkedParams(params);
    this.#require(!this.isRunning);
    this.#tell(Object.keys(headers).length > 0 ? { type, to, headers } : { type, to });
    this.#now = { state: 'trying', target: to, consult: type === 'consult' };
    this.#waiting = deferred();
    return this.#waiting.promise;
  }

  complete() {
    this.#require(this.isRunning);
    this.#waiting ??= deferred();
    this.#now.consult = false;
    this.#tell({ type: 'complete' });
    return this.#waiting.promise;
  }

  cancel() {
    this.#require(this.isRunning);
    this.#tell({ type: 'cancel' });
  }

  onMessage({ state, cause }) {
    if (this.#call.status() === 'closed' || !STATES.includes(state)) {
      return;
    }
    const text = plainText(cause?.text, 500);
    if (state === 'refused' && ['ringing', 'consulting'].includes(this.#now.state)) {
      // Of a second wish: what runs goes on.
      this.#call[emit]('error', failure('TransferFailed', { detail: text }));
      return;
    }
    this.#now.state = state;
    if (state === 'done' || (state === 'consulting' && this.#now.consult)) {
      this.#settle();
    } else if (state === 'failed' || state === 'refused') {
      this.#settle(failure('TransferFailed', { detail: text }));
    }
    this.#call[emit]('transfer', { ...this.info, text });
  }

  /** The call is over. */
  onOver(cause) {
    if (cause.reason === 'transferred') {
      this.#now.state = 'done';
    }
    this.#settle(this.#now.state === 'done'
      ? undefined
      : failure('TransferFailed', { detail: cause.text }));
  }

  #settle(error) {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (error) {
      waiting?.reject(error);
    } else {
      waiting?.resolve();
    }
  }

  #require(fits) {
    const status = this.#call.status();
    if (status !== 'open') {
      throw failure('InvalidState', { detail: `A call is transferred while both talk; this one is ${status}.` });
    }
    if (!fits) {
      throw failure('InvalidState', { detail: this.isRunning
        ? `A transfer of this call goes on already: it is ${this.#now.state}.`
        : 'No transfer of this call goes on.' });
    }
  }
}
