import { CallCourse } from './call-course.js';
import { CallFacts } from './call-facts.js';
import { course } from './seams.js';

/**
 * One call. Incoming: `pending` (rings) → `connecting` (answered here) → `open` (both hear each
 * other) ⇄ `reconnecting` (audio interrupted) → `closed`. Outgoing: `connecting` (dialled) →
 * `ringing` (at the far side) → `open` as above. Whatever the way, exactly one of the events
 * `disconnect`, `cancel`, `reject` is fired, once; of outgoing calls always `disconnect`.
 */
export class Call extends CallFacts {
  #device;
  #course;

  /** Calls are made by a Device. */
  constructor(device, {
    id = '', request = '', from, to, source, diversions, userToUser, headers = {}, withheld = false,
    isEcho = false, visitor = null,
  }) {
    super({ id, request, from, to, source, diversions, userToUser, headers, visitor });
    this.#device = device;
    this.#course = new CallCourse(this, device, { headers, isWithheld: withheld, isEcho });
  }

  /** For the library: what the gateway and the device tell the call. */
  get [course]() {
    return this.#course;
  }

  /**
   * `{state, target, consult}` of the latest transfer asked for here. `state`: `none`, `trying`,
   * `ringing`, `consulting`, `done`, `failed` or `refused`.
   */
  get transferInfo() {
    return this.#course.transfers.info;
  }

  /** Whether this side holds the call: the other side hears music, and nothing is heard here. */
  get isOnHold() {
    return this.#course.hold.isMine;
  }

  /** Whether the other side holds the call. */
  get isHeldByFarSide() {
    return this.#course.hold.isTheirs;
  }

  /** The keys that the far side pressed, the latest last. */
  get digitsReceived() {
    return this.#course.digits.received;
  }

  /** When both sides began to hear each other; null before. */
  get startedAt() {
    return this.#course.startedAt;
  }

  get isMuted() {
    return this.#course.isMuted;
  }

  status() {
    return this.#course.status;
  }

  /**
   * Answers. Resolves when the offer was sent; the event `accept` follows. If the microphone cannot
   * be had, the call rings on: fix it and call accept() again. A call that is talked in is put on
   * hold; one that cannot be, for a transfer that runs, keeps this one from being answered.
   */
  accept() {
    return this.#course.accept();
  }

  /** Declines a call that rings. */
  reject() {
    this.#course.reject();
  }

  /** Ends the call; declines it if it still rings here. Does nothing when it is over. */
  disconnect() {
    this.#course.disconnect();
  }

  /** Mutes the microphone for this call, or no longer. May be set while the call rings. */
  mute(muted = true) {
    this.#course.mute(muted);
  }

  /** Lets the other side wait with music; a `hold` event follows. */
  hold() {
    this.#course.hold.ask('hold');
  }

  /** Takes the call up again; a `hold` event follows. A call that is talked in is put on hold. */
  unhold() {
    this.#device.makeWay(this);
    this.#course.hold.ask('unhold');
  }

  /** Sends keys `0-9 * # A-D`; a comma is a pause of two seconds. */
  sendDigits(digits) {
    this.#course.digits.send(digits);
  }

  /**
   * Leads the other side on to a number, a name, `agent:NAME` or `queue:NAME`. Resolves when the
   * two have each other, or the queue has the other side, which ends the call here; rejects when
   * it came to nothing, and both talk again.
   * `params` are header fields that go along, as with Device.connect().
   */
  transfer(target, { params = {} } = {}) {
    return this.#course.transfers.ask('transfer', target, params);
  }

  /**
   * Calls a number, a name or `agent:NAME` while the other side waits. Resolves when that one
   * answered and can be talked to: complete() or cancel() follows. Rejects as transfer() does.
   */
  consult(target, { params = {} } = {}) {
    return this.#course.transfers.ask('consult', target, params);
  }

  /** Leaves the other side and the one consulted alone; before that one answers, does not wait. */
  complete() {
    return this.#course.transfers.complete();
  }

  /** Takes the other side back; what waits for the transfer is rejected. */
  cancel() {
    this.#course.transfers.cancel();
  }

  /**
   * Notes something about the call, in place of what was noted before; empty: nothing any more. In
   * an answered or dialled call, and for half an hour after it. Resolves when the gateway keeps it.
   */
  setNote(text) {
    return this.#device.setNote(this, text);
  }

  /** Level of the own microphone, 0 to 1; 0 while muted. */
  localLevel() {
    return this.#course.sound.localLevel();
  }

  /** Level of what the far side says, 0 to 1. */
  remoteLevel() {
    return this.#course.sound.remoteLevel();
  }

  /** How the call sounds: what the browser measures, and `gateway`, what the gateway does. */
  getStats() {
    return this.#course.sound.stats();
  }

  /** Names of the warnings that are up. */
  get warnings() {
    return this.#course.sound.warnings;
  }

  on(name, listener) {
    super.on(name, listener);
    if (name === 'volume') {
      this.#course.sound.watchVolume();
    }
    return this;
  }
}
