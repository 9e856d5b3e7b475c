import { emit } from './emitter.js';
import { failure } from './errors.js';
import { plainText } from './text.js';

/** Of what the far side pressed. */
const MAX_RECEIVED = 64;

/** The keys that both sides of one call press. */
export class CallDigits {
  #call;
  #audio;
  #received = '';

  /** @param audio the CallAudio */
  constructor(call, audio) {
    this.#call = call;
    this.#audio = audio;
  }

  /** What the far side pressed, the latest last. */
  get received() {
    return this.#received;
  }

  send(digits) {
    if (typeof digits !== 'string' || !/^[0-9*#A-D,]{1,64}$/i.test(digits)) {
      throw failure('InvalidArgument', { detail: 'Digits are 0-9 * # A-D and comma.' });
    }
    if (this.#call.status() === 'closed' || !this.#audio.sendDigits(digits)) {
      throw failure('InvalidState', { detail: 'Digits can be sent only in a running call.' });
    }
  }

  onMessage({ digit }) {
    this.#received = (this.#received + plainText(String(digit ?? ''), 1)).slice(-MAX_RECEIVED);
    this.#call[emit]('digit', this.#received.slice(-1));
  }

  /** The page was reloaded after these. */
  resume(digits) {
    this.#received = plainText(digits);
  }
}
