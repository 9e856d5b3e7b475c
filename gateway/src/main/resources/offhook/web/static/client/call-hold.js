import { emit } from './emitter.js';
import { failure } from './errors.js';

/** Who holds a call, and how it gives way to another one that the agent talks in. */
export class CallHold {
  #call;
  #tell;
  #isConnected;
  #isTransferring;
  #now = { mine: false, theirs: false };

  /**
   * @param tell sends a message about the call; false when it cannot be told
   * @param isConnected whether the call was answered at the other end
   * @param isTransferring whether a transfer of it runs
   */
  constructor({ call, tell, isConnected, isTransferring }) {
    this.#call = call;
    this.#tell = tell;
    this.#isConnected = isConnected;
    this.#isTransferring = isTransferring;
  }

  /** Whether this side holds the call. */
  get isMine() {
    return this.#now.mine;
  }

  get isTheirs() {
    return this.#now.theirs;
  }

  /** @param type `hold` or `unhold` */
  ask(type) {
    if (!this.#isConnected() || this.#call.status() === 'closed') {
      throw failure('InvalidState', { detail: 'Only a call that is answered can be held.' });
    }
    if (!this.#tell({ type })) {
      throw failure('InvalidState', { detail: 'The gateway cannot be reached.' });
    }
  }

  onMessage(message) {
    if (this.#call.status() !== 'closed') {
      this.set(message);
      this.#call[emit]('hold', { ...this.#now });
    }
  }

  set({ mine, theirs }) {
    this.#now = { mine: mine === true, theirs: theirs === true };
  }

  /** Throws when another call could not take this one's place in the agent's ear. */
  requireWay() {
    if (this.isMine || ['pending', 'closed'].includes(this.#call.status())) {
      return;
    }
    if (!this.#isConnected() || this.#isTransferring()) {
      throw failure('InvalidState', {
        detail: this.#isConnected() ? 'A transfer is running.' : 'Another call is being made.',
      });
    }
  }

  /** Another call is talked in from now on. */
  giveWay() {
    if (this.#isConnected() && !this.isMine && this.#call.status() !== 'closed'
      && !this.#isTransferring()) {
      this.#tell({ type: 'hold' });
    }
  }
}
