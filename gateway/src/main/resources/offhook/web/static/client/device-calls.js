import { Call } from './call.js';
import { emit, hasListeners } from './emitter.js';
import { failure } from './errors.js';
import { course } from './seams.js';

/** How long after `welcome` the gateway may still tell how a call ended or that it rings on. */
const REATTACH_MILLIS = 1_000;

const MAX_UNSENT = 64;

/** What a Device lends to its calls; `ice()` is what the next connection is made with. */
class CallContext {
  constructor(lent) {
    Object.assign(this, lent);
    Object.freeze(this);
  }
}

/**
 * The calls of a Device: makes those that ring, are dialled or go on after a reload, matches them
 * with what the gateway has, and lets the agent talk in one at a time.
 */
export class DeviceCalls {
  #device;
  #clock;
  #send;
  #memory;
  #elsewhere;
  #onForgotten;
  #context;
  #calls = new Map();
  #unsent = new Map();
  #losing = new Map();
  #latest = null;

  /**
   * @param device fires `incoming`, `resumed` and `error`
   * @param lent what calls need beside: audio, codecPreferences, ice(), setNote(call, text)
   * @param send sends a message if the gateway can hear it; false if not
   * @param memory the TabMemory
   * @param elsewhere the CallsElsewhere
   * @param onForgotten a call is over
   */
  constructor({ device, clock, lent, send, memory, elsewhere, onForgotten }) {
    this.#device = device;
    this.#clock = clock;
    this.#send = send;
    this.#memory = memory;
    this.#elsewhere = elsewhere;
    this.#onForgotten = onForgotten;
    this.#context = new CallContext({
      ...lent,
      clock,
      tell: (message) => this.#tell(message),
      forget: (call) => this.#forget(call),
      checkWay: (call) => this.#others(call).forEach((other) => other[course].hold.requireWay()),
      makeWay: (call) => this.#makeWay(call),
      noteMuted: (call) => this.#noteMuted(call),
    });
  }

  get all() {
    return [...this.#calls.values()];
  }

  get size() {
    return this.#calls.size;
  }

  /** Those that are more than a ringing here. */
  get running() {
    return this.all.filter((call) => call.status() !== 'pending');
  }

  /** The call that the agent talks in, or is about to; null while there is none, or all are held. */
  get active() {
    const talking = this.running.filter((call) => !call.isOnHold);
    return talking.includes(this.#latest) ? this.#latest : talking.at(-1) ?? null;
  }

  /** Throws when the agent cannot be led into another call now. */
  requireWay() {
    this.#others(null).forEach((other) => other[course].hold.requireWay());
  }

  /** Dials. Rejects when nothing could be dialled. */
  async dial(facts) {
    const call = new Call(this.#context, facts);
    this.#calls.set(call.request, call);
    await call[course].dial();
    return call;
  }

  /** Another microphone is in use. */
  useMicrophone(audio) {
    this.#calls.forEach((call) => call[course].audio.use(audio.track()));
  }

  restore() {
    this.all.forEach((call) => call[course].restore());
  }

  /**
   * Matches the calls here with those that the gateway has.
   *
   * @param names what the gateway has
   * @param wasDown whether the gateway could not be heard before
   * @param isResuming whether the page was reloaded: `resumed` follows for each
   */
  reconcile(names, { wasDown, isResuming }) {
    const known = new Set(names);
    for (const [key, call] of this.#calls) {
      if (!known.delete(key) && wasDown) {
        this.#losing.set(key, this.#clock.after(REATTACH_MILLIS, () => call[course].lose()));
      }
    }
    if (this.all.some((call) => call.id === '')) {
      known.clear(); // May be what was dialled here: `dialled` follows and says which it is.
    }
    if (isResuming) {
      this.#sayLost(known);
      return;
    }
    for (const id of known) {
      // Ended here while the gateway could not hear it.
      this.#send({ type: 'hangup', call: id });
      this.#unsent.delete(id);
    }
  }

  /** Calls from before the reload that the gateway no longer has. */
  #sayLost(known) {
    for (const id of this.#memory.calls.filter((call) => !known.has(call))) {
      this.#memory.forget(id);
      this.#device[emit]('error', failure('CallLost'));
    }
  }

  /** A message of the gateway about a call that there is or is to be. */
  onMessage(message) {
    switch (message.type) {
      case 'incoming':
        this.#onIncoming(message);
        break;
      case 'resumed':
        this.#onResumed(message);
        break;
      case 'dialled':
        this.#onDialled(message);
        break;
      default:
        this.#calls.get(message.call ?? message.request)?.[course].receive(message);
    }
  }

  #onDialled({ request, call: id }) {
    const call = this.#calls.get(request);
    if (call) {
      this.#keep(request);
      this.#calls.delete(request);
      this.#calls.set(id, call);
      call[course].bind(id);
    } else if (!this.#calls.has(id)) {
      this.#tell({ type: 'hangup', call: id }); // Given up before it had a name.
    }
  }

  /** A call from before the reload, or one that was pulled here. */
  #onResumed(message) {
    if (typeof message.call !== 'string' || this.#calls.has(message.call)) {
      return;
    }
    const isOutgoing = message.direction === 'outgoing';
    const call = new Call(this.#context, {
      id: message.call, request: isOutgoing ? message.call : '',
      from: isOutgoing ? { name: this.#device.identity.displayName } : message.from,
      to: message.to, source: message.source, diversions: message.diversions,
      userToUser: message['user-to-user'], headers: message.headers,
    });
    this.#calls.set(call.id, call);
    call[course].resume(message, this.#memory.isMuted(call.id));
    this.#noteMuted(call);
    this.#device[emit]('resumed', call);
    this.#elsewhere.taken(call);
  }

  #onIncoming(message) {
    if (typeof message.call !== 'string' || message.call === '') {
      this.#device[emit]('error', failure('ProtocolError', { detail: 'A call without id.' }));
      return;
    }
    const known = this.#calls.get(message.call);
    if (known) {
      this.#keep(known.id);
      known[course].reoffer();
    } else if (this.#unsent.has(message.call)) {
      this.#unsent.delete(message.call); // Declined while the gateway could not hear it.
      this.#tell({ type: 'decline', call: message.call });
    } else {
      this.#ring(message);
    }
  }

  #ring(message) {
    const call = new Call(this.#context, {
      id: message.call, from: message.from, to: message.to, source: message.source,
      diversions: message.diversions, userToUser: message['user-to-user'],
      headers: message.headers, visitor: message.visitor,
    });
    this.#calls.set(call.id, call);
    if (!this.#device[hasListeners]('incoming')) {
      call.reject();
      return;
    }
    this.#device[emit]('incoming', call);
    if (call.status() === 'closed') {
      return;
    }
    call[course].reoffer(); // The first offer, and the same words: it rings here.
    call[emit]('ringing');
  }

  /** The gateway could not be reached at once: it rings elsewhere by now. */
  giveUpRinging() {
    this.all.filter((one) => one.status() === 'pending').forEach((call) => call[course].lose());
  }

  hangUpAll() {
    for (const call of this.all) {
      if (call.status() === 'pending') {
        call[course].abandon('unregistered'); // The gateway sees the socket close and rings elsewhere.
      } else {
        call.disconnect();
      }
    }
  }

  /**
   * Says it now or, if it ends a call, when the gateway hears us again; false when it was not said
   * now.
   */
  #tell(message) {
    const isSent = this.#send(message);
    if (!isSent && (message.type === 'hangup' || message.type === 'decline')) {
      this.#unsent.set(message.call, message.type);
      if (this.#unsent.size > MAX_UNSENT) {
        this.#unsent.delete(this.#unsent.keys().next().value);
      }
    }
    return isSent;
  }

  #others(call) {
    return this.all.filter((other) => other !== call);
  }

  /** An agent talks in one call at a time: whoever else is there waits with music. */
  #makeWay(call) {
    this.#latest = call;
    this.#others(call).forEach((other) => other[course].hold.giveWay());
  }

  #noteMuted(call) {
    if (call.id !== '' && call.status() !== 'pending') {
      this.#memory.note(call.id, call.isMuted);
    }
  }

  #forget(call) {
    if (this.#latest === call) {
      this.#latest = null;
    }
    this.#memory.forget(call.id);
    for (const key of [call.id, call.request]) {
      this.#calls.delete(key);
      this.#keep(key);
    }
    this.#onForgotten();
  }

  /** It is not lost, or already over. */
  #keep(key) {
    this.#losing.get(key)?.();
    this.#losing.delete(key);
  }
}
