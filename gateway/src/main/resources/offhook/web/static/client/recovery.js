/** How long an attempt may take, from the offer until audio flows. */
const ATTEMPT_MILLIS = 8_000;

/** Bounds of the random wait between two attempts: not all pages of an office come back at once. */
const RETRY_MIN_MILLIS = 2_000;
const RETRY_MAX_MILLIS = 6_000;

const MAX_ATTEMPTS = 10;

/**
 * Brings the audio of a call back after the network changed or the page was reloaded: by an ICE
 * restart of the connection there is, and when that does not help, by new connections.
 */
export class Recovery {
  #clock;
  #call;
  #turn = 0;
  #attempts = 0;
  #isRunning = false;
  #needsNew = false;
  #offer = null;
  #cancelTimer = () => {};

  /**
   * @param call `restart()` and `renew()` give an offer, `{sdp, answer(sdp), discard(), isUp()}`;
   *     `send(request, sdp)` tells the gateway, false when it cannot be told; `exhausted()` hears
   *     that nothing helped
   */
  constructor({ clock, call }) {
    this.#clock = clock;
    this.#call = call;
  }

  get isRunning() {
    return this.#isRunning;
  }

  /** Begins, or begins anew because something changed. */
  start({ needsNew = false } = {}) {
    this.#needsNew ||= needsNew;
    this.#attempts = 0;
    this.#attempt();
  }

  /** Audio flows. */
  done() {
    this.#stop();
    this.#offer = null;
  }

  /** The call is over. */
  close() {
    this.#stop();
    this.#discard();
  }

  /** The gateway answered. */
  async onAnswer(request, sdp) {
    const offer = this.#offer;
    if (offer?.request !== request) {
      return; // To an offer that was given up.
    }
    try {
      await offer.answer(sdp);
    } catch {
      if (offer === this.#offer) {
        this.#onFailed();
      }
    }
  }

  /** The gateway refused; false when that was not about an offer of this. */
  onRefused(request) {
    if (request === undefined) {
      return false;
    }
    if (this.#offer?.request === request) {
      this.#onFailed();
    }
    return true;
  }

  /** The connection that was being made broke. */
  onFailed() {
    if (this.#isRunning && this.#offer) {
      this.#onFailed();
    }
  }

  #stop() {
    this.#turn++;
    this.#cancelTimer();
    this.#isRunning = false;
    this.#needsNew = false;
    this.#attempts = 0;
  }

  #discard() {
    this.#offer?.discard();
    this.#offer = null;
  }

  async #attempt() {
    const turn = ++this.#turn;
    this.#isRunning = true;
    this.#cancelTimer();
    this.#discard();
    if (++this.#attempts > MAX_ATTEMPTS) {
      this.#stop();
      this.#call.exhausted();
      return;
    }
    this.#wait(ATTEMPT_MILLIS, () => this.#onOverdue());
    let offer;
    try {
      offer = await (this.#needsNew ? this.#call.renew() : this.#call.restart());
    } catch {
      if (turn === this.#turn) {
        this.#onFailed();
      }
      return;
    }
    if (turn !== this.#turn) {
      offer.discard();
      return;
    }
    const request = crypto.randomUUID();
    this.#offer = { ...offer, request };
    if (!this.#call.send(request, offer.sdp)) {
      this.#cancelTimer(); // The next socket begins anew.
    }
  }

  /** A restart may leave the state of the connection as it was all along. */
  #onOverdue() {
    if (this.#offer?.isUp()) {
      this.#call.recovered();
    } else {
      this.#onFailed();
    }
  }

  #onFailed() {
    this.#needsNew = true;
    this.#turn++;
    this.#discard();
    this.#wait(RETRY_MIN_MILLIS + Math.random() * (RETRY_MAX_MILLIS - RETRY_MIN_MILLIS),
      () => this.#attempt());
  }

  #wait(millis, task) {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(millis, task);
  }
}
