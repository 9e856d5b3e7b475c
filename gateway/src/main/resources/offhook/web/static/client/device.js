import { checkedParams, MAX_DIALLED_CHARS } from './caller.js';
import { Clock } from './clock.js';
import { deferred } from './deferred.js';
import { DeviceAudio } from './device-audio.js';
import { DeviceCalls } from './device-calls.js';
import { CallsElsewhere } from './elsewhere.js';
import { emit, Emitter, forgetListeners, hasListeners } from './emitter.js';
import { failure, failureFromGateway } from './errors.js';
import { agentUrl } from './gateway-url.js';
import { iceServersOf } from './ice-servers.js';
import { Notes } from './notes.js';
import { Preflight } from './preflight.js';
import { Reachability } from './reachability.js';
import { echo, forgetful } from './seams.js';
import { Signalling } from './signalling.js';
import { NoMemory, TabMemory } from './tab-memory.js';
import { plainText } from './text.js';

/** This page's connection to the gateway: one agent, one microphone, any number of calls. */
export class Device extends Emitter {
  #token;
  #url;
  #heartbeatSeconds;
  #instance = randomInstance();
  #clock = new Clock();
  #audio;
  #signalling = null;
  #state = 'unregistered';
  #presence;
  #gatewayPresence = 'away';
  #presenceReason = '';
  #reachability;
  #elsewhere;
  #notes;
  #calls;
  #identity = null;
  #iceServers = [];
  #registering = null;
  #destroyed = false;
  #memory;
  #isResuming = true;

  /**
   * @param tokenOrProvider a token, or a function that gives one (or a promise of one) whenever the
   *     device signs in
   * @param options see DeviceOptions in offhook.d.ts
   */
  constructor(tokenOrProvider, options = {}) {
    super();
    this.updateToken(tokenOrProvider);
    this.#memory = options[forgetful] ? new NoMemory() : new TabMemory();
    this.#url = agentUrl(options.url);
    this.#heartbeatSeconds = options.heartbeatSeconds;
    this.#presence = checkedPresence(options.presence ?? 'away');
    this.#audio = new DeviceAudio({
      constraints: options.audioConstraints,
      inputDeviceId: options.inputDeviceId,
      audioElement: options.audioElement ?? new Audio(),
      owner: {
        onError: (error) => this[emit]('error', error),
        isInputWanted: () => this.#presence === 'available'
          || this.#calls.running.length > 0,
        onInput: () => this.#calls.useMicrophone(this.#audio),
      },
    });
    this.#reachability = new Reachability({
      clock: this.#clock, audio: this.#audio, send: (message) => this.#signalling?.send(message),
    });
    this.#elsewhere = new CallsElsewhere({
      clock: this.#clock, tell: (message) => this.#signalling?.send(message) ?? false,
    });
    this.#notes = new Notes({
      clock: this.#clock, tell: (message) => this.#signalling?.send(message) ?? false,
    });
    this.#calls = new DeviceCalls({
      device: this,
      clock: this.#clock,
      lent: {
        audio: this.#audio,
        codecPreferences: options.codecPreferences ?? ['opus', 'G722', 'PCMU', 'PCMA'],
        ice: () => ({
          iceServers: this.#iceServers,
          iceTransportPolicy: options.iceTransportPolicy ?? 'all',
        }),
        setNote: (call, text) => this.#notes.set(call.id, text),
      },
      send: (message) => this.#signalling?.send(message) ?? false,
      memory: this.#memory,
      elsewhere: this.#elsewhere,
      onForgotten: () => this.#closeIdleMicrophone(),
    });
    globalThis.addEventListener?.('pagehide', this.#onPageHide);
    globalThis.addEventListener?.('online', this.#onOnline);
    if (options.closeProtection) {
      globalThis.addEventListener?.('beforeunload', this.#onBeforeUnload);
    }
  }

  /**
   * Tests whether calls work from here, with an echo of the gateway.
   *
   * @param token as of the constructor
   * @param options those of the constructor, and `seconds` of the test call
   * @return {Preflight} fires `progress`, `sample`, `warning`, and `completed` or `failed`
   */
  static runPreflight(token, { seconds, ...options } = {}) {
    // Not heard aloud: the microphone would take it in again.
    const audioElement = Object.assign(new Audio(), { muted: true });
    const device = new Device(token, {
      ...options, audioElement, presence: 'away', [forgetful]: true,
    });
    return new Preflight(device, { seconds });
  }

  /** `unregistered`, `registering`, `registered` or `reconnecting`. */
  get state() {
    return this.#state;
  }

  /** What setPresence() asked for. */
  get presence() {
    return this.#presence;
  }

  /** What the gateway sees: `available`, `away`, `busy`, `offline` or `unreachable`. */
  get gatewayPresence() {
    return this.#gatewayPresence;
  }

  /**
   * Why it sees that: `missed-calls` (away, because calls rang and nobody answered), `page-asleep`,
   * `microphone-denied`, `microphone-missing` (unreachable); else empty.
   */
  get presenceReason() {
    return this.#presenceReason;
  }

  /**
   * What the gateway is told of the microphone: `ready`, `denied` or `missing`, with which no calls
   * ring here, or `unknown` where only asking the user would tell.
   */
  get microphone() {
    return this.#reachability.microphone;
  }

  /** `{agent, displayName}` once registered; null before. */
  get identity() {
    return this.#identity;
  }

  get calls() {
    return this.#calls.all;
  }

  /** The call that the agent talks in, or is about to; null while there is none, or all are held. */
  get activeCall() {
    return this.#calls.active;
  }

  /**
   * The calls that other pages and devices of the agent hold: `{id, direction, callerInfo, to}`
   * each, and `pull()`, which takes it here.
   */
  get callsElsewhere() {
    return this.#elsewhere.calls;
  }

  get audio() {
    return this.#audio;
  }

  /** Signs in with this token from now on; a running connection is renewed, calls go on. */
  updateToken(tokenOrProvider) {
    if (typeof tokenOrProvider !== 'function'
      && (typeof tokenOrProvider !== 'string' || tokenOrProvider === '')) {
      throw failure('InvalidArgument', { detail: 'A token or a function that gives one is needed.' });
    }
    this.#token = tokenOrProvider;
    this.#signalling?.renew();
  }

  /**
   * Signs in. Resolves when registered; rejects when the gateway refuses the token. While the
   * gateway cannot be reached it goes on trying, and says so once by `error`.
   */
  register() {
    if (this.#destroyed) {
      return Promise.reject(failure('InvalidState', { detail: 'The device was destroyed.' }));
    }
    if (this.#registering) {
      return this.#registering.promise;
    }
    if (this.#state !== 'unregistered') {
      return Promise.resolve();
    }
    this.#state = 'registering';
    this.#registering = deferred();
    this.#signalling = new Signalling({
      url: this.#url,
      clock: this.#clock,
      heartbeatSeconds: this.#heartbeatSeconds,
      hello: () => this.#hello(),
      owner: {
        canRenewToken: () => typeof this.#token === 'function',
        onWelcome: (message) => this.#onWelcome(message),
        onMessage: (message) => this.#onMessage(message),
        onPong: () => this.#reachability.answered(),
        onDown: (error, firstOfOutage) => this.#onDown(error, firstOfOutage),
        onRefused: (error) => this.#onRefused(error),
        onError: (error) => this[emit]('error', error),
      },
    });
    const { promise } = this.#registering;
    this.#signalling.open();
    return promise;
  }

  /** `available`: calls may ring here. `away`: not now; running calls go on. */
  setPresence(presence) {
    this.#presence = checkedPresence(presence);
    this.#signalling?.send({ type: 'presence', state: presence });
    if (presence === 'available') {
      this.#audio.openIfAllowed();
    } else {
      this.#closeIdleMicrophone();
    }
  }

  /**
   * Calls a number or an agent. Resolves with the call when it was dialled: what becomes of it is
   * told by its events. Rejects when nothing could be dialled, for want of a microphone for
   * instance. `params` are header fields that go along as far as the gateway lets them out;
   * `withholdNumber` keeps from those who are called who calls.
   */
  async connect({ to, params = {}, withholdNumber = false } = {}) {
    const dialled = typeof to === 'string' ? to.trim() : '';
    if (dialled === '' || dialled.length > MAX_DIALLED_CHARS) {
      throw failure('InvalidArgument', {
        detail: `'to' is a number or a name of at most ${MAX_DIALLED_CHARS} characters.`,
      });
    }
    const headers = checkedParams(params);
    if (this.#state !== 'registered') {
      throw failure('InvalidState', { detail: 'The gateway cannot be reached.' });
    }
    this.#calls.requireWay();
    return this.#calls.dial({
      request: randomInstance(), from: { name: this.#identity.displayName }, to: dialled,
      headers, withheld: Boolean(withholdNumber),
    });
  }

  /** A call that the gateway echoes. */
  [echo]() {
    return this.#calls.dial({
      request: randomInstance(), from: { name: this.#identity.displayName }, isEcho: true,
    });
  }

  /** Signs out. Running calls are hung up: they need the gateway's word to end. */
  unregister() {
    if (this.#state === 'unregistered' && this.#calls.size === 0) {
      return;
    }
    this.#calls.hangUpAll();
    this.#reachability.stop();
    this.#memory.keep('', '');
    this.#signalling?.close();
    this.#signalling = null;
    this.#state = 'unregistered';
    this.#settleRegistering(failure('InvalidState', { detail: 'The device was unregistered.' }));
    this.#audio.close();
    this[emit]('unregistered');
  }

  /** Signs out and lets go of everything; the device is of no use afterwards. */
  destroy() {
    if (this.#destroyed) {
      return;
    }
    this.unregister();
    this.#destroyed = true;
    this.#reachability.dispose();
    globalThis.removeEventListener?.('pagehide', this.#onPageHide);
    globalThis.removeEventListener?.('beforeunload', this.#onBeforeUnload);
    globalThis.removeEventListener?.('online', this.#onOnline);
    this.#memory.clear();
    this.#audio.dispose();
    this.#clock.close();
    this[forgetListeners]();
  }

  /** The browser asks with words of its own; what a page would say is shown by none. */
  #onBeforeUnload = (event) => {
    if (this.#calls.running.length > 0) {
      event.preventDefault();
    }
  };

  /**
   * A page that takes its calls up again after a reload leaves them to the gateway meanwhile; any
   * other one ends them, or the caller would wait in vain.
   */
  #onPageHide = ({ persisted }) => {
    if (!persisted && !this[hasListeners]('resumed')) {
      this.destroy();
    }
  };

  /** The browser found a network: perhaps another one than before. */
  #onOnline = () => {
    if (this.#signalling?.isUp) {
      this.#calls.restore();
    }
  };

  async #hello() {
    const token = typeof this.#token === 'function' ? await this.#token() : this.#token;
    const proof = await this.#memory.claim();
    const isResuming = this.#isResuming && proof !== '' && this[hasListeners]('resumed');
    if (isResuming && this.#memory.instance !== '') {
      this.#instance = this.#memory.instance; // A visitor of a site has no other name.
    }
    const hello = { token, instance: this.#instance, state: this.#presence };
    return isResuming ? { ...hello, resume: proof } : hello;
  }

  #onWelcome(message) {
    const stateBefore = this.#state;
    this.#state = 'registered';
    this.#identity = Object.freeze({
      agent: plainText(message.agent), displayName: plainText(message['display-name']),
    });
    this.#iceServers = iceServersOf(message);
    const isResuming = this.#isResuming && this[hasListeners]('resumed');
    this.#isResuming = false; // From now on this page knows by itself.
    if (typeof message.resume === 'string') {
      this.#memory.keep(message.resume, this.#instance);
    }
    this.#calls.reconcile(Array.isArray(message.calls) ? message.calls : [], {
      wasDown: stateBefore !== 'registered', isResuming,
    });
    this.#setGatewayPresence(message);
    this.#reachability.start(Number(message['alive-seconds']));
    this.#settleRegistering();
    if (stateBefore !== 'registered') {
      this[emit](stateBefore === 'reconnecting' ? 'reconnected' : 'registered');
    }
    if (stateBefore === 'reconnecting') {
      this.#calls.restore();
    }
  }

  #onMessage(message) {
    switch (message.type) {
      case 'draining':
        this[emit]('draining', message.draining);
        break;
      case 'presence':
        this.#setGatewayPresence(message);
        break;
      case 'elsewhere':
        this.#elsewhere.set(message.calls);
        this[emit]('elsewhere', this.callsElsewhere);
        break;
      case 'ice-servers':
        this.#iceServers = iceServersOf(message);
        break;
      case 'token':
        this[emit](message.state === 'renewed' ? 'tokenRenewed' : 'tokenWillExpire',
          Number(message['expires-in']) || 0);
        break;
      case 'noted':
        this.#notes.kept(message.call);
        break;
      case 'error':
        this.#onRefusal(message);
        break;
      default: // Of one call, or of a later version and none of our business.
        this.#calls.onMessage(message);
    }
  }

  #onRefusal(message) {
    if (message.call === undefined && message.request === undefined) {
      this[emit]('error', failureFromGateway(message, 'ProtocolError'));
      return;
    }
    const error = failureFromGateway(message, 'CallRefused');
    if (!this.#notes.refused(message.call, error)) {
      this.#elsewhere.refused(message.call, error);
      this.#calls.onMessage(message);
    }
  }

  #onDown(error, firstOfOutage) {
    if (this.#state === 'registered') {
      this.#state = 'reconnecting';
      this[emit]('reconnecting', error);
    } else if (this.#state === 'reconnecting') {
      this.#calls.giveUpRinging();
    }
    if (firstOfOutage) {
      this[emit]('error', error);
    }
  }

  /**
   * No way back with this token. Running calls keep their audio: register() can take them back. Those
   * that ring do so elsewhere by now, or are over; nobody would tell.
   */
  #onRefused(error) {
    this.#reachability.stop();
    this.#signalling?.close();
    this.#signalling = null;
    this.#state = 'unregistered';
    this.#calls.giveUpRinging();
    this.#settleRegistering(error);
    this[emit]('error', error);
    this[emit]('unregistered');
  }

  #settleRegistering(error) {
    const registering = this.#registering;
    this.#registering = null;
    if (error) {
      registering?.reject(error);
    } else {
      registering?.resolve();
    }
  }

  /** The state is the agent's, not the page's: another page of the agent may have set it. */
  #setGatewayPresence({ state: presence, reason = '' }) {
    if (!['available', 'away', 'busy', 'offline', 'unreachable'].includes(presence)) {
      return;
    }
    if (presence === 'available' || presence === 'away') {
      this.#presence = presence;
    }
    if (presence !== this.#gatewayPresence || reason !== this.#presenceReason) {
      this.#gatewayPresence = presence;
      this.#presenceReason = plainText(reason);
      this[emit]('presence', presence);
    }
    if (presence === 'available') {
      this.#audio.openIfAllowed();
    } else {
      this.#closeIdleMicrophone();
    }
  }

  /** The browser shows that it records; an agent who is away must not be recorded. */
  #closeIdleMicrophone() {
    // Who asks for the microphone is about to become available: the gateway's word of the
    // state before must not take it away.
    if (this.#presence === 'away' && this.#calls.size === 0 && !this.#audio.isOpening) {
      this.#audio.close();
    }
  }
}

function checkedPresence(presence) {
  if (presence !== 'available' && presence !== 'away') {
    throw failure('InvalidArgument', { detail: 'Presence is available or away.' });
  }
  return presence;
}

function randomInstance() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)),
    (byte) => byte.toString(16).padStart(2, '0')).join('');
}
