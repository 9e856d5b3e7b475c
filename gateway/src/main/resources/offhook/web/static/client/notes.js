import { deferred } from './deferred.js';
import { failure } from './errors.js';

const MAX_CHARS = 1_000;

/** How long the gateway may take to say that a note is kept. */
const KEEP_TIMEOUT_MILLIS = 10_000;

/** The notes on their way to the gateway, by call; a call may be over. */
export class Notes {
  #clock;
  #tell;
  #waiting = new Map();

  constructor({ clock, tell }) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Resolves when the gateway keeps the note; a later one of the call takes its place. */
  set(id, text) {
    if (typeof text !== 'string' || text.length > MAX_CHARS) {
      throw failure('InvalidArgument', {
        detail: `A note is a text of at most ${MAX_CHARS} characters.`,
      });
    }
    if (id === '') {
      throw failure('InvalidState', { detail: 'The gateway has not taken the call yet.' });
    }
    this.refused(id, failure('CallRefused', { detail: 'A later note took its place.' }));
    const note = deferred();
    if (!this.#tell({ type: 'note', call: id, text })) {
      note.reject(failure('InvalidState', { detail: 'The gateway cannot be reached.' }));
      return note.promise;
    }
    this.#waiting.set(id, note);
    note.cancelTimer = this.#clock.after(KEEP_TIMEOUT_MILLIS, () =>
      this.refused(id, failure('CallRefused', { detail: 'The gateway did not answer in time.' })));
    return note.promise;
  }

  /** The gateway keeps it. */
  kept(id) {
    this.#settle(id, (note) => note.resolve());
  }

  /** The gateway does not keep it; false when nothing was noted. */
  refused(id, error) {
    return this.#settle(id, (note) => note.reject(error));
  }

  #settle(id, how) {
    const note = this.#waiting.get(id);
    this.#waiting.delete(id);
    note?.cancelTimer();
    if (note) {
      how(note);
    }
    return note !== undefined;
  }
}
