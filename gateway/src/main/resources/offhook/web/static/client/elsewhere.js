import { callerInfoOf } from './caller.js';
import { deferred } from './deferred.js';
import { failure } from './errors.js';
import { plainText } from './text.js';

/** How long the gateway may take to say how a call stands that is wanted here. */
const TAKE_TIMEOUT_MILLIS = 10_000;

/** A call that another page or device of the agent holds. */
export class CallElsewhere {
  #pull;

  /** Made by a Device. */
  constructor(told, pull) {
    this.id = told.call;
    this.direction = told.direction === 'outgoing' ? 'outgoing' : 'incoming';
    this.callerInfo = callerInfoOf(told.from);
    this.to = plainText(told.to);
    this.#pull = pull;
    Object.freeze(this);
  }

  /**
   * Takes the call here. Resolves with the Call; until its audio stands here, it goes on where it
   * was, and the other side notices nothing.
   */
  pull() {
    return this.#pull(this.id);
  }
}

/** What a Device knows of calls elsewhere, and what it wants of them. */
export class CallsElsewhere {
  #clock;
  #tell;
  #calls = [];
  #pulls = new Map();

  constructor({ clock, tell }) {
    this.#clock = clock;
    this.#tell = tell;
  }

  get calls() {
    return [...this.#calls];
  }

  /** The gateway says which there are, all of them. */
  set(calls) {
    this.#calls = (Array.isArray(calls) ? calls : [])
      .filter((told) => typeof told?.call === 'string')
      .map((told) => new CallElsewhere(told, (id) => this.#pull(id)));
  }

  #pull(id) {
    const running = this.#pulls.get(id);
    if (running) {
      return running.promise;
    }
    const pull = deferred();
    if (!this.#tell({ type: 'pull', call: id })) {
      pull.reject(failure('InvalidState', { detail: 'The gateway cannot be reached.' }));
      return pull.promise;
    }
    this.#pulls.set(id, pull);
    pull.cancelTimer = this.#clock.after(TAKE_TIMEOUT_MILLIS, () =>
      this.refused(id, failure('CallRefused')));
    return pull.promise;
  }

  /** The call is here. */
  taken(call) {
    this.#settle(call.id, (pull) => pull.resolve(call));
  }

  /** The gateway does not give it; false when it was not wanted. */
  refused(id, error) {
    return this.#settle(id, (pull) => pull.reject(error));
  }

  #settle(id, how) {
    const pull = this.#pulls.get(id);
    this.#pulls.delete(id);
    pull?.cancelTimer();
    if (pull) {
      how(pull);
    }
    return pull !== undefined;
  }
}
