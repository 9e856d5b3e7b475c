/**
 * Offhook client library: calls of a telephone system in a browser tab.
 *
 * One ES module without dependencies. `Device` holds the connection to the gateway and the
 * microphone, `Call` is one call. Reference: gateway/docs/client-library.md; types: offhook.d.ts;
 * the messages on the wire: gateway/docs/agent-protocol.md.
 *
 * Signalling and media live apart: a lost WebSocket is opened again under the same instance name
 * while the audio of running calls goes on.
 */

const PROTOCOL_VERSION = 1;
const CLOCK_NAME = 'offhook-clock';

/** Longest wait for `welcome` and, after an accepted call, for `accepted`. */
const WELCOME_TIMEOUT_MILLIS = 10_000;
const ANSWER_TIMEOUT_MILLIS = 20_000;

/** Bounds of the random wait between two attempts to reconnect; the first attempt waits for none. */
const RETRY_MIN_MILLIS = 1_000;
const RETRY_MAX_MILLIS = 5_000;

/** A socket that was up for less is not opened again at once: that could go on for ever. */
const STEADY_MILLIS = 5_000;

/** How long after `welcome` the gateway may still tell how a call ended or that it rings on. */
const REATTACH_MILLIS = 1_000;

const DEFAULT_HEARTBEAT_SECONDS = 15;
const MAX_UNSENT = 64;
const VOLUME_INTERVAL_MILLIS = 100;
const METER_BLOCK_SAMPLES = 512;
const DIGIT_MILLIS = 120;
const DIGIT_GAP_MILLIS = 70;

/** What the far end of a call sounds like while it rings, when it sends no sound itself. */
const RINGBACK_HERTZ = 425;
const RINGBACK_ON_SECONDS = 1;
const RINGBACK_PERIOD_SECONDS = 5;
const RINGBACK_GAIN = 0.08;
const RINGBACK_RAMP_SECONDS = 0.01;

/** What the gateway reads as one number or name. */
const MAX_DIALLED_CHARS = 64;

/** Longest number or name that is handed on; both come from outside. */
const MAX_CALLER_TEXT_CHARS = 120;

/** What may go along with a dialled call; the gateway takes no more. */
const MAX_PARAMS = 16;
const MAX_PARAM_CHARS = 512;
const PARAM_NAME = /^[A-Za-z0-9.!%_+~-]{1,64}$/;
const PARAM_VALUE = /^[!-~]([ -~]{0,510}[!-~])?$/;

/** Close codes of the agent protocol. */
const CLOSE_NOT_UNDERSTOOD = 4400;
const CLOSE_NOT_SIGNED_IN = 4401;
const CLOSE_REPLACED = 4409;
const CLOSE_GATEWAY_STOPS = 1001;
const CLOSE_TRY_LATER = 1013;

// ---------------------------------------------------------------------------------------------
// Errors
// ---------------------------------------------------------------------------------------------

/** Every failure that this library itself reports, 32xxx; 31xxx are the gateway's own. */
const FAILURES = {
  InvalidState: [32001, 'This is not possible now.', ['The call or the device is in another state.'],
    ['Look at status() or state before the call of the method.']],
  InvalidArgument: [32002, 'A value given to the library is not valid.', [], ['Correct the value.']],
  BrowserUnsupported: [32003, 'This browser or page cannot make calls.',
    ['The page was not loaded over HTTPS or from localhost.', 'The browser has no WebRTC.'],
    ['Open the page over HTTPS.', 'Use a current Chrome, Edge, Firefox or Safari.']],
  GatewayUnreachable: [32005, 'The gateway cannot be reached.',
    ['The network is down.', 'The gateway is down or restarts.',
      'A proxy or firewall blocks WebSockets.'],
    ['Check the network connection.', 'The page goes on trying by itself.']],
  ConnectionLost: [32006, 'The connection to the gateway was lost.',
    ['The network changed or is down.', 'The gateway restarts.'],
    ['Nothing to do: the page reconnects by itself, a running call goes on meanwhile.']],
  GatewayBusy: [32007, 'The gateway takes no connections at the moment.',
    ['It is being restarted.', 'It is at its limit.'], ['The page tries again by itself.']],
  ProtocolError: [32100, 'The gateway and this page do not understand each other.',
    ['The page is older or newer than the gateway.'], ['Reload the page.']],
  TokenRefused: [32201, 'The sign-in was refused or has expired.',
    ['Wrong name or password.', 'The sign-in is too old.'], ['Sign in again.']],
  TokenUnavailable: [32202, 'No sign-in could be obtained.',
    ['The server that issues tokens cannot be reached.'],
    ['Check the network connection.', 'Sign in again.']],
  Replaced: [32204, 'Another page took over from this one.',
    ['The same agent signed in elsewhere in a way that ends this page\'s connection.'],
    ['Use the other page, or sign in again here.']],
  TooManyAttempts: [32203, 'There were too many attempts to sign in.', [],
    ['Wait a minute, then sign in again.']],
  MicrophoneDenied: [32401, 'The browser does not let this page use the microphone.',
    ['The permission was denied for this page.', 'The operating system denies it to the browser.'],
    ['Click the icon left of the address, allow the microphone, then try again.',
      'Allow the browser in the privacy settings of the operating system.']],
  MicrophoneMissing: [32402, 'No microphone was found.', ['None is plugged in or switched on.'],
    ['Plug in a headset or microphone, then try again.']],
  MicrophoneBusy: [32403, 'The microphone cannot be opened.', ['Another program uses it.'],
    ['Close the other program, or choose another microphone, then try again.']],
  MicrophoneLost: [32404, 'The microphone was unplugged or taken away.', [],
    ['Plug it in again or choose another one. Until then the default microphone is used.']],
  PlaybackBlocked: [32405, 'The browser does not let this page play sound yet.',
    ['Pages may play sound only after a click or key.'], ['Click anywhere on the page.']],
  MediaFailed: [32501, 'The audio connection could not be made or broke.',
    ['A firewall blocks UDP to the gateway.', 'The network was gone for too long.'],
    ['Ask the administrator to allow UDP to the gateway\'s media port.',
      'Try another network, without VPN.']],
  MediaInterrupted: [32502, 'The audio is interrupted.', ['The network changed or is weak.'],
    ['Wait some seconds: it often comes back by itself.']],
  NegotiationFailed: [32503, 'Gateway and browser found no way to exchange audio.',
    ['They share no codec.', 'The gateway did not answer in time.'],
    ['Ask the administrator to look at the codecs of the gateway.']],
  CallLost: [32600, 'The call was lost.', ['The connection to the gateway was gone for too long.'],
    ['Call back.']],
  CallEndedByGateway: [32601, 'The gateway ended the call.', [], []],
  CallEndedByOperator: [32602, 'An operator ended the call.', [], []],
  CallRefused: [32603, 'The gateway refused what was asked for the call.', [], []],
  TransferFailed: [32605, 'The call could not be transferred.',
    ['The one it was to go to is busy, did not answer, or may not be reached from here.'],
    ['Go on talking, and try somebody else.']],
  CallNotPossible: [32604, 'The call could not be made.', [], []],
};

/** Ways in which a dialled call ends that are nobody's failure. */
const USUAL_OUTCOMES = new Set(
  ['busy', 'agent-busy', 'declined', 'no-answer', 'unavailable', 'hang-up', 'cancelled']);

/** What to do about the others; without an entry, what stands under `default`. */
const OUTCOME_SOLUTIONS = {
  'unknown-number': ['Check the number.'],
  'no-route': ['Check the number.', 'Ask the administrator which numbers may be called.'],
  forbidden: ['Ask the administrator whether this number may be called.'],
  redirected: ['Ask for the new number.'],
  default: ['Try again in a moment.', 'Tell the administrator if it goes on.'],
};

/** Codes that mean: this token will never do (gateway: wrong, invalid, expired; ours). */
const REFUSAL_CODES = new Set([31201, 31204, 31205, 32201]);

/** Name to number of all failures above. */
export const errorCodes = Object.freeze(
  Object.fromEntries(Object.entries(FAILURES).map(([name, [code]]) => [name, code])));

/** What goes wrong, with the remedy: `{code, name, message, causes, solutions}`. */
export class OffhookError extends Error {
  constructor({ code, name, message, causes = [], solutions = [], cause }) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.name = name;
    this.causes = causes;
    this.solutions = solutions;
  }
}

function failure(name, { detail = '', cause, causes } = {}) {
  const [code, message, usualCauses, solutions] = FAILURES[name];
  return new OffhookError({
    code,
    name,
    message: detail ? `${message} ${detail}` : message,
    causes: causes ?? [...usualCauses],
    solutions: [...solutions],
    cause,
  });
}

/** An error object of the gateway; what is missing in it comes from `fallbackName`. */
function failureFromGateway(object, fallbackName) {
  const fallback = failure(fallbackName);
  if (object === null || typeof object !== 'object') {
    return fallback;
  }
  const text = (value, otherwise) =>
    typeof value === 'string' && value !== '' ? plainText(value, 500) : otherwise;
  const texts = (value, otherwise) =>
    Array.isArray(value) ? value.filter((line) => typeof line === 'string').slice(0, 8) : otherwise;
  return new OffhookError({
    code: Number.isInteger(object.code) ? object.code : fallback.code,
    name: text(object.name, fallback.name),
    message: text(object.message, fallback.message),
    causes: texts(object.causes, fallback.causes),
    solutions: texts(object.solutions, fallback.solutions),
  });
}

/** What getUserMedia threw, in our words. */
function microphoneFailure(thrown) {
  switch (thrown?.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return failure('MicrophoneDenied', { cause: thrown });
    case 'NotFoundError':
    case 'OverconstrainedError':
      return failure('MicrophoneMissing', { cause: thrown });
    default:
      return failure('MicrophoneBusy', { cause: thrown });
  }
}

/** Text from outside without control and direction-changing characters (RFC 8264 leaves them in). */
function plainText(value, maxChars = MAX_CALLER_TEXT_CHARS) {
  if (typeof value !== 'string') {
    return '';
  }
  return value
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' ')
    .trim()
    .slice(0, maxChars);
}

/** The header fields of a message, as a Map from name to value; empty when there are none. */
function parametersOf(headers) {
  const parameters = new Map();
  if (headers !== null && typeof headers === 'object') {
    for (const [name, value] of Object.entries(headers).slice(0, MAX_PARAMS)) {
      parameters.set(plainText(name), plainText(value, MAX_PARAM_CHARS));
    }
  }
  return parameters;
}

/** Who calls, as the gateway tells it. */
function callerInfoOf(from) {
  return Object.freeze({
    number: plainText(from?.number),
    name: plainText(from?.name),
    isWithheld: from?.withheld === true,
    isVerified: typeof from?.verified === 'boolean' ? from.verified : null,
  });
}

function diversionsOf(given) {
  return Object.freeze((Array.isArray(given) ? given : []).slice(0, 8).map((one) => Object.freeze({
    number: plainText(one?.number), name: plainText(one?.name), reason: plainText(one?.reason),
  })));
}

function userToUserOf(given) {
  if (given === null || typeof given !== 'object') {
    return null;
  }
  const text = (name) => plainText(given[name], MAX_PARAM_CHARS);
  return Object.freeze({
    data: text('data'),
    encoding: text('encoding'),
    content: text('content'),
    purpose: text('purpose'),
    text: text('text'),
  });
}

/** `params` of connect() as header fields; throws when one cannot go along. */
function checkedParams(params) {
  if (params === null || typeof params !== 'object') {
    throw failure('InvalidArgument', { detail: "'params' is an object of texts." });
  }
  const entries = Object.entries(params).map(([name, value]) => [name, String(value)]);
  const wrong = entries.find(
    ([name, value]) => !PARAM_NAME.test(name) || !PARAM_VALUE.test(value));
  if (wrong || entries.length > MAX_PARAMS) {
    throw failure('InvalidArgument', {
      detail: wrong
        ? `'params': '${plainText(wrong[0])}' is no header field of one line of ASCII.`
        : `'params' has at most ${MAX_PARAMS} entries.`,
    });
  }
  return Object.fromEntries(entries);
}

// ---------------------------------------------------------------------------------------------
// Events and time
// ---------------------------------------------------------------------------------------------

// Methods that the classes of this module offer each other, not the page.
const emit = Symbol('emit');
const hasListeners = Symbol('hasListeners');
const forgetListeners = Symbol('forgetListeners');
const receive = Symbol('receive');
const reoffer = Symbol('reoffer');
const lose = Symbol('lose');
const useTrack = Symbol('useTrack');
const abandon = Symbol('abandon');
const dial = Symbol('dial');
const bind = Symbol('bind');

/** Listeners by event name. A listener that throws does not keep others from being told. */
class Emitter {
  #listeners = new Map();

  on(name, listener) {
    if (typeof listener !== 'function') {
      throw failure('InvalidArgument', { detail: 'A listener must be a function.' });
    }
    let listeners = this.#listeners.get(name);
    if (!listeners) {
      this.#listeners.set(name, (listeners = new Set()));
    }
    listeners.add(listener);
    return this;
  }

  once(name, listener) {
    const wrapped = (...values) => {
      this.off(name, wrapped);
      listener(...values);
    };
    return this.on(name, wrapped);
  }

  off(name, listener) {
    if (listener === undefined) {
      this.#listeners.delete(name);
    } else {
      this.#listeners.get(name)?.delete(listener);
    }
    return this;
  }

  [hasListeners](name) {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  [emit](name, ...values) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(...values);
      } catch (thrown) {
        console.error(`offhook: a listener of "${name}" failed`, thrown);
      }
    }
  }

  [forgetListeners]() {
    this.#listeners.clear();
  }
}

/**
 * Timers that keep time in a hidden tab. Browsers slow the timers of hidden pages to one a minute,
 * those of workers not; this very file is the worker's script. Where no worker can be had (the
 * library comes from another origin, or was bundled), the page's own timers serve.
 */
class Clock {
  #worker = null;
  #tasks = new Map();
  #nextId = 1;

  constructor() {
    if (typeof Worker !== 'function' || !/\/offhook\.js$/.test(new URL(import.meta.url).pathname)) {
      return;
    }
    try {
      this.#worker = new Worker(import.meta.url, { type: 'module', name: CLOCK_NAME });
      this.#worker.onmessage = ({ data }) => this.#run(data);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.#useOwnTimers();
      };
    } catch {
      this.#worker = null;
    }
  }

  /** Runs `task` once after `millis`; the returned function cancels it. */
  after(millis, task) {
    const id = this.#nextId++;
    this.#tasks.set(id, { task, dueAt: performance.now() + millis });
    if (this.#worker) {
      this.#worker.postMessage({ id, millis });
    } else {
      setTimeout(() => this.#run(id), millis);
    }
    return () => this.#tasks.delete(id);
  }

  close() {
    this.#tasks.clear();
    this.#worker?.terminate();
    this.#worker = null;
  }

  #run(id) {
    const entry = this.#tasks.get(id);
    this.#tasks.delete(id);
    entry?.task();
  }

  #useOwnTimers() {
    this.#worker?.terminate();
    this.#worker = null;
    for (const [id, { dueAt }] of this.#tasks) {
      setTimeout(() => this.#run(id), Math.max(0, dueAt - performance.now()));
    }
  }
}

// ---------------------------------------------------------------------------------------------
// Signalling
// ---------------------------------------------------------------------------------------------

/**
 * The WebSocket, opened again until told to stop. States: `closed` → `opening` (token, TCP, TLS,
 * `hello`) → `up` (after `welcome`) → `waiting` (for the next attempt) → `opening` ...
 */
class Signalling {
  #url;
  #clock;
  #hello;
  #owner;
  #heartbeatSeconds;
  #state = 'closed';
  #socket = null;
  #timers = new Set();
  #attempt = 0;
  #retriedToken = false;
  #outageReported = false;
  #reasonGiven = null;
  #unanswered = 0;
  #pings = 0;
  #upSinceMillis = 0;

  /**
   * @param hello gives the keys of the next `hello`, asynchronously
   * @param owner told by onWelcome, onMessage, onDown(error), onRefused(error)
   */
  constructor({ url, clock, hello, owner, heartbeatSeconds }) {
    this.#url = url;
    this.#clock = clock;
    this.#hello = hello;
    this.#owner = owner;
    this.#heartbeatSeconds = heartbeatSeconds;
    globalThis.addEventListener?.('online', this.#onOnline);
  }

  get isUp() {
    return this.#state === 'up';
  }

  open() {
    if (this.#state === 'closed') {
      this.#outageReported = false;
      this.#connect();
    }
  }

  close() {
    this.#drop('closed');
    globalThis.removeEventListener?.('online', this.#onOnline);
  }

  /** Renews the token on the open socket; `welcome` answers. */
  async renew() {
    if (this.#state !== 'up') {
      return; // The next socket takes the new token anyway.
    }
    const attempt = this.#attempt;
    try {
      const hello = await this.#hello();
      if (attempt === this.#attempt) {
        this.send({ type: 'hello', version: PROTOCOL_VERSION, ...hello });
      }
    } catch (thrown) {
      this.#owner.onError(thrown instanceof OffhookError
        ? thrown
        : failure('TokenUnavailable', { cause: thrown }));
    }
  }

  /** Sends when the gateway can hear it; false when not. */
  send(message) {
    if (this.#state !== 'up' || this.#socket.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #onOnline = () => {
    if (this.#state === 'waiting') {
      this.#drop('waiting');
      this.#connect();
    }
  };

  #after(millis, task) {
    const cancel = this.#clock.after(millis, () => {
      this.#timers.delete(cancel);
      task();
    });
    this.#timers.add(cancel);
  }

  /** Leaves socket and timers behind; late events of that socket are ignored. */
  #drop(state) {
    this.#state = state;
    this.#attempt++;
    for (const cancel of this.#timers) {
      cancel();
    }
    this.#timers.clear();
    const socket = this.#socket;
    this.#socket = null;
    if (socket && socket.readyState <= WebSocket.OPEN) {
      socket.close(1000);
    }
  }

  async #connect() {
    this.#state = 'opening';
    this.#reasonGiven = null;
    const attempt = ++this.#attempt;
    const isCurrent = () => attempt === this.#attempt;
    let hello;
    try {
      hello = await this.#hello();
    } catch (thrown) {
      if (isCurrent()) {
        this.#onHelloFailed(thrown);
      }
      return;
    }
    if (!isCurrent()) {
      return;
    }
    let socket;
    try {
      socket = new WebSocket(this.#url);
    } catch (thrown) {
      this.#refuse(failure('InvalidArgument', { detail: `url: ${this.#url}`, cause: thrown }));
      return;
    }
    this.#socket = socket;
    this.#after(WELCOME_TIMEOUT_MILLIS, () => this.#lose(failure('GatewayUnreachable')));
    socket.onopen = () => {
      if (isCurrent()) {
        socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION, ...hello }));
      }
    };
    socket.onmessage = ({ data }) => {
      if (isCurrent()) {
        this.#onFrame(data);
      }
    };
    socket.onclose = ({ code }) => {
      if (isCurrent()) {
        this.#onClose(code);
      }
    };
  }

  #onHelloFailed(thrown) {
    if (thrown instanceof OffhookError && REFUSAL_CODES.has(thrown.code)) {
      this.#refuse(thrown);
    } else {
      this.#lose(failure('TokenUnavailable', { cause: thrown }), false);
    }
  }

  #onFrame(data) {
    let message;
    try {
      message = JSON.parse(data);
    } catch (thrown) {
      this.#owner.onError(failure('ProtocolError', { detail: 'A frame is no JSON.', cause: thrown }));
      return;
    }
    if (message === null || typeof message !== 'object') {
      this.#owner.onError(failure('ProtocolError', { detail: 'A frame is no object.' }));
      return;
    }
    this.#unanswered = 0;
    if (message.type === 'welcome') {
      this.#onWelcome(message);
    } else if (message.type === 'ping') {
      this.send({ type: 'pong', n: message.n });
    } else if (message.type === 'error' && message.call === undefined
      && message.request === undefined) {
      this.#onError(failureFromGateway(message, 'ProtocolError'));
    } else if (message.type !== 'pong') {
      this.#owner.onMessage(message);
    }
  }

  /** What comes before `welcome` says why the gateway closes next. */
  #onError(error) {
    const isTokenOver = REFUSAL_CODES.has(error.code);
    if (this.#state === 'opening' || isTokenOver) {
      this.#reasonGiven = error;
    }
    if (this.#state === 'up' && isTokenOver && this.#owner.canRenewToken()) {
      this.renew();
    } else if (this.#state === 'up') {
      this.#owner.onError(error);
    }
  }

  #onWelcome(message) {
    for (const cancel of this.#timers) {
      cancel();
    }
    this.#timers.clear();
    if (this.#state !== 'up') {
      this.#upSinceMillis = performance.now();
    }
    this.#state = 'up';
    this.#retriedToken = false;
    this.#outageReported = false;
    this.#reasonGiven = null;
    const offered = Number(message['heartbeat-seconds']);
    const seconds = this.#heartbeatSeconds ?? (offered > 0 ? offered : DEFAULT_HEARTBEAT_SECONDS);
    this.#heartbeat(seconds * 1_000);
    this.#owner.onWelcome(message);
  }

  /** Asks at each interval; whatever the gateway sends is a sign of life. Two missed end the socket. */
  #heartbeat(intervalMillis) {
    this.#after(intervalMillis, () => {
      if (this.#unanswered >= 2) {
        this.#lose(failure('ConnectionLost'));
        return;
      }
      this.#unanswered++;
      this.send({ type: 'ping', n: ++this.#pings });
      this.#heartbeat(intervalMillis);
    });
  }

  #onClose(code) {
    const wasUp = this.#state === 'up';
    const wasSteady = wasUp && performance.now() - this.#upSinceMillis > STEADY_MILLIS;
    const because = (name) => this.#reasonGiven ?? failure(name);
    if (code === CLOSE_NOT_SIGNED_IN) {
      if (this.#retriedToken || !this.#owner.canRenewToken()) {
        this.#refuse(because('TokenRefused'));
      } else {
        this.#retriedToken = true;
        this.#outageReported = true; // A fresh token may do: nothing to report yet.
        this.#lose(because('TokenRefused'), true);
      }
    } else if (code === CLOSE_REPLACED) {
      this.#refuse(failure('Replaced'));
    } else if (code === CLOSE_NOT_UNDERSTOOD && !wasUp) {
      this.#refuse(because('ProtocolError'));
    } else if (code === CLOSE_TRY_LATER || code === CLOSE_GATEWAY_STOPS) {
      // All pages of this gateway are told at the same moment: nobody comes back at once.
      this.#lose(because('GatewayBusy'), false);
    } else {
      this.#lose(because(wasUp ? 'ConnectionLost' : 'GatewayUnreachable'), wasSteady);
    }
  }

  /** The gateway does not want us: no further attempt by ourselves. */
  #refuse(error) {
    this.#drop('closed');
    this.#retriedToken = false;
    this.#owner.onRefused(error);
  }

  #lose(error, tryAtOnce = this.#state === 'up') {
    this.#drop('waiting');
    this.#unanswered = 0;
    const waitMillis = tryAtOnce
      ? 0
      : RETRY_MIN_MILLIS + Math.random() * (RETRY_MAX_MILLIS - RETRY_MIN_MILLIS);
    this.#after(waitMillis, () => this.#connect());
    const firstOfOutage = !this.#outageReported;
    this.#outageReported = true;
    this.#owner.onDown(error, firstOfOutage);
  }
}

// ---------------------------------------------------------------------------------------------
// Sound
// ---------------------------------------------------------------------------------------------

/**
 * Loudness of a stream: 0 = -60 dBFS or less, 1 = 0 dBFS. The loudest of the short blocks since
 * about the last reading counts, so that a short sound between two readings is not missed.
 */
class LevelMeter {
  #source;
  #analyser;
  #samples;

  constructor(context, stream) {
    this.#source = context.createMediaStreamSource(stream);
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = 8 * METER_BLOCK_SAMPLES;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source.connect(this.#analyser);
  }

  read() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let loudest = 0;
    for (let start = 0; start < this.#samples.length; start += METER_BLOCK_SAMPLES) {
      let sum = 0;
      for (let i = start; i < start + METER_BLOCK_SAMPLES; i++) {
        sum += this.#samples[i] * this.#samples[i];
      }
      loudest = Math.max(loudest, sum / METER_BLOCK_SAMPLES);
    }
    const rms = Math.sqrt(loudest);
    return rms <= 0.001 ? 0 : Math.min(1, 1 + Math.log10(rms) / 3);
  }

  close() {
    this.#source.disconnect();
  }
}

/**
 * The microphone, opened once and shared by all calls; each call sends its own clone, so that each
 * is muted by itself. Also the place where sound is measured. Events: `devices` (something was
 * plugged in or out), `input(label)` (another microphone is in use).
 */
class DeviceAudio extends Emitter {
  #constraints;
  #deviceId;
  #owner;
  #stream = null;
  #opening = null;
  #openings = 0;
  #context = null;
  #meter = null;

  constructor({ constraints, inputDeviceId, owner }) {
    super();
    this.#constraints = {
      echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1,
      ...constraints,
    };
    this.#deviceId = inputDeviceId ?? '';
    this.#owner = owner;
    navigator.mediaDevices?.addEventListener('devicechange', this.#onDevices);
  }

  /** The microphones there are; labels are empty until the permission was given. */
  async inputDevices() {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return devices
      .filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '')
      .map(({ deviceId, label }) => ({ deviceId, label }));
  }

  /** Id of the chosen microphone; empty: the default one. */
  get inputDevice() {
    return this.#deviceId;
  }

  /** Name of the open microphone; empty while none is open. */
  get inputLabel() {
    return this.#stream?.getAudioTracks()[0]?.label ?? '';
  }

  get isOpen() {
    return this.#stream !== null;
  }

  /** Chooses the microphone; running calls change to it without a gap in their connection. */
  async setInputDevice(deviceId) {
    const before = this.#deviceId;
    this.#deviceId = deviceId;
    if (this.#stream || this.#opening) {
      try {
        await this.#reopen();
      } catch (thrown) {
        this.#deviceId = before;
        throw thrown;
      }
    }
  }

  /** Opens the microphone and asks for permission if there is none yet. */
  async open() {
    if (this.#stream) {
      return;
    }
    await (this.#opening ?? this.#reopen());
  }

  /** Opens the microphone if that needs no question to the user. */
  async openIfAllowed() {
    try {
      const { state } = await navigator.permissions.query({ name: 'microphone' });
      if (state === 'granted') {
        await this.open();
      }
    } catch {
      // Unknown here, or no microphone: accept() asks again and then reports.
    }
  }

  /** Whether somebody asked for the microphone and the browser has not answered yet. */
  get isOpening() {
    return this.#opening !== null;
  }

  /** Closes the microphone; the browser's recording sign goes off. */
  close() {
    this.#openings++;
    this.#opening = null;
    this.#use(null);
    this.#context?.suspend().catch(() => {});
  }

  /** Level of the microphone, 0 to 1. */
  level() {
    return this.#meter?.read() ?? 0;
  }

  /** A new track of the microphone for one call. */
  track() {
    return this.#stream?.getAudioTracks()[0]?.clone() ?? null;
  }

  meterOf(stream) {
    return new LevelMeter(this.#sharedContext(), stream);
  }

  /** Wakes the measuring after a click or key; browsers let pages start it only then. */
  resume() {
    if (this.#context?.state === 'suspended' && this.#stream) {
      this.#context.resume().catch(() => {});
    }
  }

  dispose() {
    this.close();
    navigator.mediaDevices?.removeEventListener('devicechange', this.#onDevices);
    this.#context?.close().catch(() => {});
    this.#context = null;
    this[forgetListeners]();
  }

  #onDevices = () => {
    this[emit]('devices');
    if (!this.#stream && !this.#opening && this.#owner.isInputWanted()) {
      this.openIfAllowed();
    }
  };

  #reopen() {
    const opening = this.#capture(++this.#openings).finally(() => {
      if (this.#opening === opening) {
        this.#opening = null;
      }
    });
    this.#opening = opening;
    return opening;
  }

  async #capture(turn) {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw failure('BrowserUnsupported');
    }
    let stream;
    try {
      stream = await this.#getUserMedia(this.#deviceId);
    } catch (thrown) {
      throw microphoneFailure(thrown);
    }
    if (turn !== this.#openings) {
      stopAll(stream);
      throw failure('InvalidState', { detail: 'The microphone was closed or changed meanwhile.' });
    }
    this.#use(stream);
    this[emit]('input', this.inputLabel);
  }

  async #getUserMedia(deviceId) {
    const audio = { ...this.#constraints };
    if (deviceId === '') {
      return navigator.mediaDevices.getUserMedia({ audio });
    }
    try {
      return await navigator.mediaDevices.getUserMedia(
        { audio: { ...audio, deviceId: { exact: deviceId } } });
    } catch (thrown) {
      if (thrown?.name !== 'OverconstrainedError' && thrown?.name !== 'NotFoundError') {
        throw thrown;
      }
      return navigator.mediaDevices.getUserMedia({ audio });
    }
  }

  #use(stream) {
    const before = this.#stream;
    this.#meter?.close();
    this.#meter = null;
    this.#stream = stream;
    if (stream) {
      stream.getAudioTracks()[0].onended = () => this.#onLost(stream);
      this.#meter = this.meterOf(stream);
      this.resume();
      this.#owner.onInput();
    }
    if (before) {
      stopAll(before);
    }
  }

  async #onLost(stream) {
    if (this.#stream !== stream) {
      return;
    }
    this.#owner.onError(failure('MicrophoneLost'));
    try {
      await this.#reopen();
    } catch (thrown) {
      this.close();
      this.#owner.onError(thrown);
    }
  }

  /** Sounds like a telephone that rings far away, until the returned function is called. */
  ringback() {
    const context = this.#sharedContext();
    context.resume().catch(() => {});
    const tone = context.createBufferSource();
    tone.buffer = ringbackBuffer(context);
    tone.loop = true;
    tone.connect(context.destination);
    tone.start();
    return () => {
      tone.stop();
      tone.disconnect();
    };
  }

  #sharedContext() {
    this.#context ??= new AudioContext();
    return this.#context;
  }
}

/** One period of the ringback tone; a loop needs no timers, which hidden tabs slow down. */
function ringbackBuffer(context) {
  const rate = context.sampleRate;
  const buffer = context.createBuffer(1, RINGBACK_PERIOD_SECONDS * rate, rate);
  const samples = buffer.getChannelData(0);
  const ramp = RINGBACK_RAMP_SECONDS * rate;
  const length = RINGBACK_ON_SECONDS * rate;
  for (let i = 0; i < length; i++) {
    const edge = Math.min(1, i / ramp, (length - i) / ramp);
    samples[i] = RINGBACK_GAIN * edge * Math.sin(2 * Math.PI * RINGBACK_HERTZ * i / rate);
  }
  return buffer;
}

function stopAll(stream) {
  for (const track of stream.getTracks()) {
    track.onended = null;
    track.stop();
  }
}

/**
 * The audio connection of one call. Made while the call still rings, so that the click on "answer"
 * only sends an offer that is ready. The gateway is ICE-lite and never needs our candidates: the
 * offer leaves without them, nothing waits for gathering, no address of the agent's network leaks.
 */
class MediaLink {
  #connection;
  #transceiver;
  #offer;
  #onState;
  #onTrack;

  constructor({ codecPreferences, onState, onTrack }) {
    this.#onState = onState;
    this.#onTrack = onTrack;
    if (typeof RTCPeerConnection !== 'function') {
      throw failure('BrowserUnsupported');
    }
    this.#connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', iceServers: [] });
    this.#connection.onconnectionstatechange = () => this.#onState(this.#connection.connectionState);
    this.#connection.ontrack = ({ track }) => this.#onTrack(track);
    this.#transceiver = this.#connection.addTransceiver('audio', { direction: 'sendrecv' });
    this.#prefer(codecPreferences);
    this.#offer = this.#makeOffer();
    this.#offer.catch(() => {}); // Told to whoever asks for the offer.
  }

  offer() {
    return this.#offer;
  }

  async answer(sdp) {
    await this.#connection.setRemoteDescription({ type: 'answer', sdp });
  }

  /** Sends another track; the old one is stopped. */
  async send(track) {
    const before = this.#transceiver.sender.track;
    await this.#transceiver.sender.replaceTrack(track);
    before?.stop();
  }

  get track() {
    return this.#transceiver.sender.track;
  }

  get digits() {
    return this.#transceiver.sender.dtmf;
  }

  stats() {
    return this.#connection.getStats();
  }

  close() {
    this.#connection.onconnectionstatechange = null;
    this.#connection.ontrack = null;
    this.#transceiver.sender.track?.stop();
    this.#connection.close();
  }

  async #makeOffer() {
    const offer = await this.#connection.createOffer();
    await this.#connection.setLocalDescription(offer);
    return offer.sdp;
  }

  /** Only the codecs named, in their order, and telephone-event for digits (RFC 4733). */
  #prefer(names) {
    const wanted = [...names, 'telephone-event'].map((name) => `audio/${name}`.toLowerCase());
    const offered = RTCRtpReceiver.getCapabilities?.('audio')?.codecs ?? [];
    const chosen = wanted.flatMap((mimeType) =>
      offered.filter((codec) => codec.mimeType.toLowerCase() === mimeType));
    if (chosen.length > 0 && this.#transceiver.setCodecPreferences) {
      this.#transceiver.setCodecPreferences(chosen);
    }
  }
}

// ---------------------------------------------------------------------------------------------
// Call
// ---------------------------------------------------------------------------------------------

/**
 * One call. Incoming: `pending` (rings) → `connecting` (answered here) → `open` (both hear each
 * other) ⇄ `reconnecting` (audio interrupted) → `closed`. Outgoing: `connecting` (dialled) →
 * `ringing` (at the far side) → `open` as above. Whatever the way, exactly one of the events
 * `disconnect`, `cancel`, `reject` is fired, once; of outgoing calls always `disconnect`.
 */
export class Call extends Emitter {
  #id;
  #request;
  #device;
  #status;
  #callerInfo;
  #to;
  #source;
  #diversions;
  #userToUser;
  #headers;
  #customParameters;
  #isWithheld;
  #link = null;
  #linkFailure = null;
  #muted = false;
  #startedAt = null;
  #offerSent = '';
  #answered = false;
  #isConnected = false;
  #cancelAnswerTimer = () => {};
  #hasEarlyMedia = false;
  #stopRingback = () => {};
  #remoteStream = null;
  #remoteMeter = null;
  #volumeTimer = 0;
  #cancelUnblock = () => {};
  #transfer = { state: 'none', target: '', consult: false };
  #transferring = null;
  #hold = { mine: false, theirs: false };

  /** Calls are made by a Device. */
  constructor(device, {
    id = '', request = '', from, to, source, diversions, userToUser, headers = {}, withheld = false,
  }) {
    super();
    this.#device = device;
    this.#id = id;
    this.#request = request;
    this.#status = request === '' ? 'pending' : 'connecting';
    this.#callerInfo = callerInfoOf(from);
    this.#to = plainText(to);
    this.#source = plainText(source);
    this.#diversions = diversionsOf(diversions);
    this.#userToUser = userToUserOf(userToUser);
    this.#headers = headers;
    this.#customParameters = parametersOf(headers);
    this.#isWithheld = withheld;
    this.#prepare();
  }

  /** The gateway's name of the call; of an outgoing one empty until the gateway has taken it. */
  get id() {
    return this.#id;
  }

  /** The page's own name of an outgoing call; empty for others. */
  get request() {
    return this.#request;
  }

  /** `incoming` or `outgoing`. */
  get direction() {
    return this.#isOutgoing ? 'outgoing' : 'incoming';
  }

  get #isOutgoing() {
    return this.#request !== '';
  }

  /**
   * `{number, name, isWithheld, isVerified}` of the caller, of an outgoing call this agent; each
   * text may be empty. `isVerified`: true when somebody whom the gateway trusts vouches for the
   * number, false when the number failed, null when nothing is known. Text from outside: show it as
   * text only.
   */
  get callerInfo() {
    return this.#callerInfo;
  }

  /** The number or agent that is called, and the trunk the call came from, if it did. */
  get to() {
    return this.#to;
  }

  get source() {
    return this.#source;
  }

  /** Who was called before, `{number, name, reason}`, the first one first; empty: not diverted. */
  get diversions() {
    return this.#diversions;
  }

  /** What the caller's system tells: `{data, encoding, content, purpose, text}`; null: nothing. */
  get userToUser() {
    return this.#userToUser;
  }

  /**
   * Header fields by name: those of the caller's side that the gateway lets in, or those that
   * connect() sent along. Text from outside: show it as text only.
   */
  get customParameters() {
    return this.#customParameters;
  }

  /** The call in one object of texts. */
  get parameters() {
    return Object.freeze({
      CallSid: this.#id,
      Direction: this.direction,
      From: this.#callerInfo.number,
      CallerName: this.#callerInfo.name,
      To: this.#to,
      ForwardedFrom: this.#diversions[0]?.number ?? '',
      Trunk: this.#source,
    });
  }

  /**
   * `{state, target, consult}` of the latest transfer asked for here. `state`: `none`, `trying`,
   * `ringing`, `consulting`, `done`, `failed` or `refused`.
   */
  get transferInfo() {
    return { ...this.#transfer };
  }

  /** Whether this side holds the call: the other side hears music, and nothing is heard here. */
  get isOnHold() {
    return this.#hold.mine;
  }

  /** Whether the other side holds the call. */
  get isHeldByFarSide() {
    return this.#hold.theirs;
  }

  /** When both sides began to hear each other; null before. */
  get startedAt() {
    return this.#startedAt;
  }

  get isMuted() {
    return this.#muted;
  }

  status() {
    return this.#status;
  }

  /**
   * Answers. Resolves when the offer was sent; the event `accept` follows. If the microphone cannot
   * be had, the call rings on: fix it and call accept() again.
   */
  async accept() {
    this.#require('pending');
    this.#status = 'connecting';
    try {
      await this.#makeOffer();
    } catch (thrown) {
      if (this.#status === 'connecting') {
        this.#status = 'pending';
        this[emit]('error', thrown);
      } else {
        this.#device.forget(this); // Over meanwhile: the microphone may have been opened in vain.
      }
      throw thrown;
    }
    this.#sendAccept();
    this.#awaitAccepted();
  }

  /** Opens the microphone and has the offer ready; throws an OffhookError. */
  async #makeOffer() {
    this.#device.audio.resume();
    try {
      await this.#device.audio.open();
      this.#requireAlive();
      if (this.#linkFailure) {
        this.#prepare();
      }
      if (this.#linkFailure) {
        throw this.#linkFailure;
      }
      const track = this.#device.audio.track();
      if (!track) {
        throw failure('MicrophoneLost');
      }
      track.enabled = !this.#muted;
      await this.#link.send(track);
      const sdp = await this.#link.offer();
      this.#requireAlive();
      this.#offerSent = sdp;
    } catch (thrown) {
      throw thrown instanceof OffhookError
        ? thrown
        : failure('NegotiationFailed', { detail: String(thrown?.message ?? thrown), cause: thrown });
    }
  }

  #awaitAccepted() {
    this.#cancelAnswerTimer = this.#device.clock.after(ANSWER_TIMEOUT_MILLIS, () =>
      this.#fail(failure('NegotiationFailed', { detail: 'The gateway did not answer in time.' }),
        'no-answer-from-gateway'));
  }

  /** Declines a call that rings. */
  reject() {
    this.#require('pending');
    this.#device.tell({ type: 'decline', call: this.#id });
    this.#finish('reject', this.#ownCause('declined', 603, 21));
  }

  /** Ends the call; declines it if it still rings here. Does nothing when it is over. */
  disconnect() {
    if (this.#status === 'closed') {
      return;
    }
    if (this.#status === 'pending') {
      this.reject();
      return;
    }
    this.#tellHangUp();
    const gaveUp = this.#isOutgoing && !this.#isConnected;
    this.#finish('disconnect',
      gaveUp ? this.#ownCause('cancelled', 487, 16) : this.#ownCause('hang-up', 200, 16));
  }

  /** Mutes the microphone for this call, or no longer. May be set while the call rings. */
  mute(muted = true) {
    this.#requireAlive();
    if (this.#muted === Boolean(muted)) {
      return;
    }
    this.#muted = Boolean(muted);
    if (this.#link?.track) {
      this.#link.track.enabled = !this.#muted;
    }
    this[emit]('mute', this.#muted);
  }

  /** Lets the other side wait with music; a `hold` event follows. */
  hold() {
    this.#askHold('hold');
  }

  /** Takes the call up again; a `hold` event follows. */
  unhold() {
    this.#askHold('unhold');
  }

  /** Sends keys `0-9 * # A-D`; a comma is a pause of two seconds. */
  sendDigits(digits) {
    if (typeof digits !== 'string' || !/^[0-9*#A-D,]{1,64}$/i.test(digits)) {
      throw failure('InvalidArgument', { detail: 'Digits are 0-9 * # A-D and comma.' });
    }
    const sender = this.#link?.digits;
    if (this.#status === 'closed' || !sender?.canInsertDTMF) {
      throw failure('InvalidState', { detail: 'Digits can be sent only in a running call.' });
    }
    sender.insertDTMF(sender.toneBuffer + digits.toUpperCase(), DIGIT_MILLIS, DIGIT_GAP_MILLIS);
  }

  /**
   * Leads the other side on to a number, a name or `agent:NAME`. Resolves when the two have each
   * other, which ends the call here; rejects when it came to nothing, and both talk again.
   */
  transfer(target) {
    return this.#askTransfer('transfer', target);
  }

  /**
   * Calls a number, a name or `agent:NAME` while the other side waits. Resolves when that one
   * answered and can be talked to: complete() or cancel() follows. Rejects as transfer() does.
   */
  consult(target) {
    return this.#askTransfer('consult', target);
  }

  /** Leaves the other side and the one consulted alone; before that one answers, does not wait. */
  complete() {
    this.#requireTransfer(['trying', 'ringing', 'consulting']);
    this.#transferring ??= deferred();
    this.#transfer.consult = false;
    this.#tellSurely({ type: 'complete', call: this.#id });
    return this.#transferring.promise;
  }

  /** Takes the other side back; what waits for the transfer is rejected. */
  cancel() {
    this.#requireTransfer(['trying', 'ringing', 'consulting']);
    this.#tellSurely({ type: 'cancel', call: this.#id });
  }

  /** Level of the own microphone, 0 to 1; 0 while muted. */
  localLevel() {
    return this.#status === 'closed' || this.#muted ? 0 : this.#device.audio.level();
  }

  /** Level of what the far side says, 0 to 1. */
  remoteLevel() {
    return this.#remoteMeter?.read() ?? 0;
  }

  /** A summary of the call's quality; null stands for what is not known. */
  async getStats() {
    const report = this.#link ? await this.#link.stats() : new Map();
    return { ...summary(report), levelIn: this.localLevel(), levelOut: this.remoteLevel() };
  }

  on(name, listener) {
    super.on(name, listener);
    if (name === 'volume') {
      this.#watchVolume();
    }
    return this;
  }

  /** Dials: opens the microphone and sends the offer. Without that, no call has begun. */
  async [dial]() {
    try {
      await this.#makeOffer();
      const message = {
        type: 'dial', request: this.#request, to: this.#to, sdp: this.#offerSent,
      };
      if (this.#isWithheld) {
        message.withheld = true;
      }
      if (this.#customParameters.size > 0) {
        message.headers = this.#headers;
      }
      if (!this.#device.tell(message)) {
        throw failure('InvalidState', { detail: 'The gateway cannot be reached.' });
      }
    } catch (thrown) {
      this.#finish('disconnect', this.#ownCause('not-dialled', null, null));
      throw thrown;
    }
    this.#awaitAccepted();
  }

  /** What was dialled has become this call. */
  [bind](id) {
    this.#id = id;
  }

  /** A message of the gateway about this call. */
  [receive](message) {
    switch (message.type) {
      case 'ringing':
        this.#onRinging();
        break;
      case 'progress':
        this.#onProgress();
        break;
      case 'accepted':
        this.#onAccepted(message.sdp);
        break;
      case 'connected':
        this.#onConnected(parametersOf(message.headers));
        break;
      case 'digit':
        this[emit]('digit', plainText(String(message.digit ?? ''), 1));
        break;
      case 'hold':
        this.#onHold(message);
        break;
      case 'transfer':
        this.#onTransfer(message);
        break;
      case 'party':
        this.#onParty(message.party);
        break;
      case 'ended':
        this.#onEnded(message.cause, parametersOf(message.headers));
        break;
      case 'error':
        this.#onRefused(failureFromGateway(message, 'CallRefused'));
        break;
    }
  }

  /** The gateway offers the call again: it did not hear what we said to the first offer. */
  [reoffer]() {
    if (this.#offerSent && !this.#answered) {
      this.#sendAccept();
    } else {
      this.#device.tell({ type: 'ringing', call: this.#id });
    }
  }

  /** The gateway no longer has the call and did not say why. */
  [lose]() {
    if (this.#status === 'closed') {
      return;
    }
    const isAnswered = this.#status !== 'pending';
    if (isAnswered) {
      this[emit]('error', failure('CallLost'));
    }
    this.#finish(isAnswered ? 'disconnect' : 'cancel',
      { by: 'gateway', reason: 'lost', sip: null, q850: null, text: '' });
  }

  /** Another microphone is in use. */
  [useTrack](track) {
    if (!track || !this.#offerSent || this.#status === 'closed') {
      track?.stop();
      return;
    }
    track.enabled = !this.#muted;
    this.#link.send(track).catch((thrown) =>
      this[emit]('error', failure('MicrophoneBusy', { cause: thrown })));
  }

  /** The device goes away: over without a word to the gateway beyond what was said. */
  [abandon](reason) {
    this.#finish(
      this.#status === 'pending' ? 'cancel' : 'disconnect', this.#ownCause(reason, null, null));
  }

  #prepare() {
    this.#linkFailure = null;
    try {
      this.#link = new MediaLink({
        codecPreferences: this.#device.codecPreferences,
        onState: (state) => this.#onLinkState(state),
        onTrack: (track) => this.#onRemoteTrack(track),
      });
    } catch (thrown) {
      this.#link = null;
      this.#linkFailure = thrown instanceof OffhookError
        ? thrown
        : failure('BrowserUnsupported', { cause: thrown });
    }
  }

  #askTransfer(type, target) {
    const to = typeof target === 'string' ? target.trim() : '';
    if (to === '' || to.length > MAX_DIALLED_CHARS) {
      throw failure('InvalidArgument', {
        detail: `A target is a number or a name of at most ${MAX_DIALLED_CHARS} characters.`,
      });
    }
    this.#requireTransfer(['none', 'done', 'failed', 'refused']);
    this.#tellSurely({ type, call: this.#id, to });
    this.#transfer = { state: 'trying', target: to, consult: type === 'consult' };
    this.#transferring = deferred();
    return this.#transferring.promise;
  }

  #requireTransfer(states) {
    if (this.#status !== 'open' || !states.includes(this.#transfer.state)) {
      throw failure('InvalidState', { detail: `The call is ${this.#status}, its transfer is in `
        + `the state ${this.#transfer.state}.` });
    }
  }

  #askHold(type) {
    if (!this.#isConnected || this.#status === 'closed') {
      throw failure('InvalidState', { detail: 'Only a call that is answered can be held.' });
    }
    this.#tellSurely({ type, call: this.#id });
  }

  #onHold({ mine, theirs }) {
    if (this.#status === 'closed') {
      return;
    }
    this.#hold = { mine: mine === true, theirs: theirs === true };
    this[emit]('hold', { ...this.#hold });
  }

  #tellSurely(message) {
    if (!this.#device.tell(message)) {
      throw failure('InvalidState', { detail: 'The gateway cannot be reached.' });
    }
  }

  #onTransfer({ state, cause }) {
    const known = ['trying', 'ringing', 'consulting', 'done', 'failed', 'refused'];
    if (this.#status === 'closed' || !known.includes(state)) {
      return;
    }
    const isRunning = ['ringing', 'consulting'].includes(this.#transfer.state);
    if (state === 'refused' && isRunning) {
      // Of a second wish: what runs goes on.
      this[emit]('error', failure('TransferFailed', { detail: plainText(cause?.text, 500) }));
      return;
    }
    this.#transfer.state = state;
    if (state === 'done' || (state === 'consulting' && this.#transfer.consult)) {
      this.#settleTransfer();
    } else if (state === 'failed' || state === 'refused') {
      this.#settleTransfer(failure('TransferFailed', { detail: plainText(cause?.text, 500) }));
    }
    this[emit]('transfer', { ...this.transferInfo, text: plainText(cause?.text, 500) });
  }

  #settleTransfer(error) {
    const waiting = this.#transferring;
    this.#transferring = null;
    if (error) {
      waiting?.reject(error);
    } else {
      waiting?.resolve();
    }
  }

  #onParty(party) {
    this.#callerInfo = callerInfoOf(party);
    this[emit]('party', this.#callerInfo);
  }

  #sendAccept() {
    this.#device.tell({ type: 'accept', call: this.#id, sdp: this.#offerSent });
  }

  /** Before `dialled` there is no name to say it with: the device then hangs up at `dialled`. */
  #tellHangUp() {
    if (this.#id !== '') {
      this.#device.tell({ type: 'hangup', call: this.#id });
    }
  }

  /** What this side did; by the part that it has in the call. */
  #ownCause(reason, sip, q850) {
    return { by: this.#isOutgoing ? 'caller' : 'callee', reason, sip, q850, text: '' };
  }

  get #isBeginning() {
    return this.#status === 'connecting' || this.#status === 'ringing';
  }

  #onRinging() {
    if (this.#status !== 'connecting' || !this.#isOutgoing) {
      return;
    }
    this.#status = 'ringing';
    if (!this.#hasEarlyMedia) {
      this.#stopRingback = this.#device.audio.ringback();
    }
    this[emit]('ringing');
  }

  #onProgress() {
    if (!this.#isBeginning || this.#hasEarlyMedia) {
      return;
    }
    this.#hasEarlyMedia = true;
    this.#endRingback();
    this[emit]('progress');
  }

  #endRingback() {
    this.#stopRingback();
    this.#stopRingback = () => {};
  }

  async #onAccepted(sdp) {
    if (!this.#isBeginning || !this.#offerSent || this.#answered) {
      return;
    }
    this.#answered = true;
    this.#cancelAnswerTimer();
    if (!this.#isOutgoing) {
      this[emit]('accept', new Map()); // Before the await: `connected` may come meanwhile.
    }
    try {
      await this.#link.answer(sdp);
    } catch (thrown) {
      this.#fail(failure('NegotiationFailed', { detail: String(thrown?.message ?? ''), cause: thrown }),
        'answer-not-usable');
    }
  }

  #onConnected(parameters) {
    if (this.#isConnected || !this.#isBeginning) {
      return;
    }
    this.#endRingback();
    this.#isConnected = true;
    this.#status = 'open';
    this.#startedAt = new Date();
    this.#watchVolume();
    if (this.#isOutgoing) {
      this[emit]('accept', parameters);
    }
    this[emit]('connected');
  }

  #onEnded(given, parameters) {
    if (this.#status === 'closed') {
      return;
    }
    const cause = {
      by: plainText(given?.by) || 'gateway',
      reason: plainText(given?.reason),
      sip: Number.isInteger(given?.sip) ? given.sip : null,
      q850: Number.isInteger(given?.q850) ? given.q850 : null,
      text: plainText(given?.text, 500),
      parameters,
    };
    const rang = this.#status === 'pending';
    if (this.#isOutgoing && !this.#isConnected && cause.by !== 'operator') {
      if (!USUAL_OUTCOMES.has(cause.reason)) {
        this[emit]('error', notPossible(cause));
      }
    } else if (!rang && cause.by === 'gateway') {
      this[emit]('error', failure('CallEndedByGateway', { detail: cause.text || cause.reason }));
    } else if (!rang && cause.by === 'operator') {
      this[emit]('error', failure('CallEndedByOperator', { detail: cause.text }));
    }
    this.#finish(rang ? 'cancel' : 'disconnect', cause);
  }

  /** The gateway refused a message; if that was our answer to the call, no call can come of it. */
  #onRefused(error) {
    if (this.#status === 'connecting' && !this.#answered) {
      this.#fail(error, this.#isOutgoing ? 'dial-refused' : 'answer-refused');
    } else if (this.#status !== 'closed') {
      this[emit]('error', error);
    }
  }

  #onLinkState(state) {
    if (this.#status === 'closed') {
      return;
    }
    if (state === 'failed') {
      this.#fail(failure('MediaFailed'), 'media-failed');
    } else if (state === 'disconnected' && this.#status === 'open') {
      this.#status = 'reconnecting';
      this[emit]('reconnecting', failure('MediaInterrupted'));
    } else if (state === 'connected' && this.#status === 'reconnecting') {
      this.#status = 'open';
      this[emit]('reconnected');
    }
  }

  #onRemoteTrack(track) {
    this.#remoteStream = new MediaStream([track]);
    this.#remoteMeter?.close();
    this.#remoteMeter = this.#device.audio.meterOf(this.#remoteStream);
    this.#device.audioElement.srcObject = this.#remoteStream;
    this.#play();
  }

  /** Autoplay rules may forbid playing until the user touches the page: then wait for that. */
  async #play() {
    const element = this.#device.audioElement;
    try {
      await element.play();
    } catch (thrown) {
      if (thrown?.name !== 'NotAllowedError' || this.#status === 'closed') {
        return; // Interrupted by a newer stream, or over.
      }
      const again = () => {
        this.#cancelUnblock();
        this.#device.audio.resume();
        this.#play();
      };
      document.addEventListener('pointerdown', again);
      document.addEventListener('keydown', again);
      this.#cancelUnblock = () => {
        document.removeEventListener('pointerdown', again);
        document.removeEventListener('keydown', again);
        this.#cancelUnblock = () => {};
      };
      this[emit]('error', failure('PlaybackBlocked', { cause: thrown }));
    }
  }

  #watchVolume() {
    if (this.#volumeTimer === 0 && this.#isConnected && this[hasListeners]('volume')) {
      this.#volumeTimer = setInterval(
        () => this[emit]('volume', this.localLevel(), this.remoteLevel()), VOLUME_INTERVAL_MILLIS);
    }
  }

  #fail(error, reason) {
    if (this.#status === 'closed') {
      return;
    }
    this.#tellHangUp();
    this[emit]('error', error);
    this.#finish('disconnect', { by: 'page', reason, sip: null, q850: null, text: error.message });
  }

  #finish(event, cause) {
    if (this.#status === 'closed') {
      return;
    }
    this.#status = 'closed';
    this.#cancelAnswerTimer();
    this.#cancelUnblock();
    this.#endRingback();
    clearInterval(this.#volumeTimer);
    this.#remoteMeter?.close();
    this.#remoteMeter = null;
    this.#link?.close();
    this.#link = null;
    if (this.#transfer.state !== 'done' && cause.reason === 'transferred') {
      this.#transfer.state = 'done';
    }
    this.#settleTransfer(
      this.#transfer.state === 'done' ? undefined : failure('TransferFailed', { detail: cause.text }));
    const element = this.#device.audioElement;
    if (this.#remoteStream && element.srcObject === this.#remoteStream) {
      element.srcObject = null;
    }
    this.#remoteStream = null;
    this.#device.forget(this);
    this[emit](event, Object.freeze({ parameters: new Map(), ...cause }));
    this[forgetListeners]();
  }

  #require(status) {
    if (this.#status !== status) {
      throw failure('InvalidState', { detail: `The call is ${this.#status}, not ${status}.` });
    }
  }

  #requireAlive() {
    if (this.#status === 'closed') {
      throw failure('InvalidState', { detail: 'The call is over.' });
    }
  }
}

/** Why nothing came of a dialled call, with what can be done. */
function notPossible({ text, reason }) {
  const usual = failure('CallNotPossible');
  return new OffhookError({
    code: usual.code,
    name: usual.name,
    message: text || usual.message,
    solutions: [...(OUTCOME_SOLUTIONS[reason] ?? OUTCOME_SOLUTIONS.default)],
  });
}

/** The few numbers of getStats (W3C webrtc-stats) that say how a call sounds. */
function summary(report) {
  const all = [...report.values()];
  const find = (type, test = () => true) => all.find((stat) => stat.type === type && test(stat));
  const isAudio = (stat) => stat.kind === 'audio';
  const inbound = find('inbound-rtp', isAudio);
  const outbound = find('outbound-rtp', isAudio);
  const farReport = find('remote-inbound-rtp', isAudio);
  const pair = find('candidate-pair', (stat) => stat.nominated && stat.state === 'succeeded');
  const codec = report.get(outbound?.codecId ?? inbound?.codecId);
  const rttSeconds = farReport?.roundTripTime ?? pair?.currentRoundTripTime;
  const millis = (seconds) => (seconds === undefined ? null : Math.round(seconds * 1_000));
  return {
    codec: codec?.mimeType?.replace(/^audio\//i, '') ?? null,
    rttMillis: millis(rttSeconds),
    jitterMillis: millis(inbound?.jitter),
    packetsReceived: inbound?.packetsReceived ?? null,
    packetsLost: inbound?.packetsLost ?? null,
    packetsSent: outbound?.packetsSent ?? null,
    farPacketsLost: farReport?.packetsLost ?? null,
  };
}

// ---------------------------------------------------------------------------------------------
// Device
// ---------------------------------------------------------------------------------------------

/** What a Device lends to its calls. */
class CallContext {
  constructor({ audio, clock, codecPreferences, audioElement, tell, forget }) {
    Object.assign(this, { audio, clock, codecPreferences, audioElement, tell, forget });
    Object.freeze(this);
  }
}

/** This page's connection to the gateway: one agent, one microphone, any number of calls. */
export class Device extends Emitter {
  #token;
  #url;
  #heartbeatSeconds;
  #instance = randomInstance();
  #clock = new Clock();
  #audio;
  #context;
  #signalling = null;
  #state = 'unregistered';
  #presence;
  #gatewayPresence = 'away';
  #calls = new Map();
  #unsent = new Map();
  #losing = new Map();
  #identity = null;
  #registering = null;
  #destroyed = false;

  /**
   * @param tokenOrProvider a token, or a function that gives one (or a promise of one) whenever the
   *     device signs in
   * @param options see DeviceOptions in offhook.d.ts
   */
  constructor(tokenOrProvider, options = {}) {
    super();
    this.updateToken(tokenOrProvider);
    this.#url = agentUrl(options.url);
    this.#heartbeatSeconds = options.heartbeatSeconds;
    this.#presence = checkedPresence(options.presence ?? 'away');
    this.#audio = new DeviceAudio({
      constraints: options.audioConstraints,
      inputDeviceId: options.inputDeviceId,
      owner: {
        onError: (error) => this[emit]('error', error),
        isInputWanted: () => this.#presence === 'available'
          || this.calls.some((call) => call.status() !== 'pending'),
        onInput: () => this.#calls.forEach((call) => call[useTrack](this.#audio.track())),
      },
    });
    this.#context = new CallContext({
      audio: this.#audio,
      clock: this.#clock,
      codecPreferences: options.codecPreferences ?? ['opus', 'G722', 'PCMU', 'PCMA'],
      audioElement: options.audioElement ?? new Audio(),
      tell: (message) => this.#tell(message),
      forget: (call) => this.#forget(call),
    });
    globalThis.addEventListener?.('pagehide', this.#onPageHide);
  }

  /** `unregistered`, `registering`, `registered` or `reconnecting`. */
  get state() {
    return this.#state;
  }

  /** What setPresence() asked for. */
  get presence() {
    return this.#presence;
  }

  /** What the gateway sees: `available`, `away`, `busy` or `offline`. */
  get gatewayPresence() {
    return this.#gatewayPresence;
  }

  /** `{agent, displayName}` once registered; null before. */
  get identity() {
    return this.#identity;
  }

  get calls() {
    return [...this.#calls.values()];
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
      hello: async () => ({
        token: typeof this.#token === 'function' ? await this.#token() : this.#token,
        instance: this.#instance,
        state: this.#presence,
      }),
      owner: {
        canRenewToken: () => typeof this.#token === 'function',
        onWelcome: (message) => this.#onWelcome(message),
        onMessage: (message) => this.#onMessage(message),
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
    const call = new Call(this.#context, {
      request: randomInstance(), from: { name: this.#identity.displayName }, to: dialled,
      headers, withheld: Boolean(withholdNumber),
    });
    this.#calls.set(call.request, call);
    await call[dial]();
    return call;
  }

  /** Signs out. Running calls are hung up: they need the gateway's word to end. */
  unregister() {
    if (this.#state === 'unregistered' && this.#calls.size === 0) {
      return;
    }
    this.#hangUpAll();
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
    globalThis.removeEventListener?.('pagehide', this.#onPageHide);
    this.#audio.dispose();
    this.#clock.close();
    this[forgetListeners]();
  }

  /** A page that goes away ends its calls, or the caller would hear nothing until a time-out. */
  #onPageHide = ({ persisted }) => {
    if (!persisted) {
      this.destroy();
    }
  };

  #onWelcome(message) {
    const stateBefore = this.#state;
    this.#state = 'registered';
    this.#identity = Object.freeze({
      agent: plainText(message.agent), displayName: plainText(message['display-name']),
    });
    const known = new Set(Array.isArray(message.calls) ? message.calls : []);
    for (const [key, call] of this.#calls) {
      if (!known.delete(key) && stateBefore !== 'registered') {
        this.#losing.set(key, this.#clock.after(REATTACH_MILLIS, () => call[lose]()));
      }
    }
    if (this.calls.some((call) => call.id === '')) {
      known.clear(); // May be what was dialled here: `dialled` follows and says which it is.
    }
    for (const id of known) {
      // Ended here while the gateway could not hear it.
      this.#signalling.send({ type: 'hangup', call: id });
      this.#unsent.delete(id);
    }
    this.#setGatewayPresence(message.state);
    this.#settleRegistering();
    if (stateBefore !== 'registered') {
      this[emit](stateBefore === 'reconnecting' ? 'reconnected' : 'registered');
    }
  }

  #onMessage(message) {
    switch (message.type) {
      case 'presence':
        this.#setGatewayPresence(message.state);
        break;
      case 'incoming':
        this.#onIncoming(message);
        break;
      case 'dialled':
        this.#onDialled(message);
        break;
      case 'ringing':
      case 'progress':
      case 'accepted':
      case 'connected':
      case 'digit':
      case 'hold':
      case 'transfer':
      case 'party':
      case 'ended':
        this.#calls.get(message.call)?.[receive](message);
        break;
      case 'error':
        if (message.call !== undefined || message.request !== undefined) {
          this.#calls.get(message.call ?? message.request)?.[receive](message);
        } else {
          this[emit]('error', failureFromGateway(message, 'ProtocolError'));
        }
        break;
      // Types of a later version are none of our business.
    }
  }

  #onDialled({ request, call: id }) {
    const call = this.#calls.get(request);
    if (call) {
      this.#losing.get(request)?.();
      this.#losing.delete(request);
      this.#calls.delete(request);
      this.#calls.set(id, call);
      call[bind](id);
    } else if (!this.#calls.has(id)) {
      this.#tell({ type: 'hangup', call: id }); // Given up before it had a name.
    }
  }

  #onIncoming(message) {
    if (typeof message.call !== 'string' || message.call === '') {
      this[emit]('error', failure('ProtocolError', { detail: 'A call without id.' }));
      return;
    }
    const known = this.#calls.get(message.call);
    if (known) {
      this.#losing.get(known.id)?.();
      this.#losing.delete(known.id);
      known[reoffer]();
    } else if (this.#unsent.has(message.call)) {
      this.#unsent.delete(message.call); // Declined while the gateway could not hear it.
      this.#tell({ type: 'decline', call: message.call });
    } else {
      const call = new Call(this.#context, {
        id: message.call, from: message.from, to: message.to, source: message.source,
        diversions: message.diversions, userToUser: message['user-to-user'],
        headers: message.headers,
      });
      this.#calls.set(call.id, call);
      if (!this[hasListeners]('incoming')) {
        call.reject();
        return;
      }
      this[emit]('incoming', call);
      if (call.status() === 'closed') {
        return;
      }
      call[reoffer](); // The first offer, and the same words: it rings here.
      call[emit]('ringing');
    }
  }

  #onDown(error, firstOfOutage) {
    if (this.#state === 'registered') {
      this.#state = 'reconnecting';
      this[emit]('reconnecting', error);
    } else if (this.#state === 'reconnecting') {
      // Not back at once: the gateway rings elsewhere by now.
      for (const call of this.calls.filter((one) => one.status() === 'pending')) {
        call[lose]();
      }
    }
    if (firstOfOutage) {
      this[emit]('error', error);
    }
  }

  /** No way back with this token. Running calls keep their audio: register() can take them back. */
  #onRefused(error) {
    this.#signalling?.close();
    this.#signalling = null;
    this.#state = 'unregistered';
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
  #setGatewayPresence(presence) {
    if (!['available', 'away', 'busy', 'offline'].includes(presence)) {
      return;
    }
    if (presence === 'available' || presence === 'away') {
      this.#presence = presence;
    }
    if (presence !== this.#gatewayPresence) {
      this.#gatewayPresence = presence;
      this[emit]('presence', presence);
    }
    if (presence === 'available') {
      this.#audio.openIfAllowed();
    } else {
      this.#closeIdleMicrophone();
    }
  }

  /**
   * Says it now or, if it ends a call, when the gateway hears us again; false when it was not said
   * now.
   */
  #tell(message) {
    const isSent = this.#signalling?.send(message) ?? false;
    if (!isSent && (message.type === 'hangup' || message.type === 'decline')) {
      this.#unsent.set(message.call, message.type);
      if (this.#unsent.size > MAX_UNSENT) {
        this.#unsent.delete(this.#unsent.keys().next().value);
      }
    }
    return isSent;
  }

  #forget(call) {
    for (const key of [call.id, call.request]) {
      this.#calls.delete(key);
      this.#losing.get(key)?.();
      this.#losing.delete(key);
    }
    this.#closeIdleMicrophone();
  }

  #hangUpAll() {
    for (const call of this.calls) {
      if (call.status() === 'pending') {
        call[abandon]('unregistered'); // The gateway sees the socket close and rings elsewhere.
      } else {
        call.disconnect();
      }
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

/** Gets a token for name and password: `{token, expiresInSeconds, agent, displayName}`. */
export async function signIn(name, password, { url } = {}) {
  let response;
  try {
    response = await fetch(new URL('/api/token', url ?? gatewayOrigin()), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password }),
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch (thrown) {
    throw failure('GatewayUnreachable', { cause: thrown });
  }
  const body = await response.json().catch(() => null);
  if (response.ok && typeof body?.token === 'string') {
    return {
      token: body.token,
      expiresInSeconds: Number(body['expires-in']) || 0,
      agent: plainText(body.agent),
      displayName: plainText(body['display-name']) || plainText(body.agent),
    };
  }
  if (response.status === 401) {
    throw failureFromGateway(body, 'TokenRefused');
  }
  if (response.status === 429) {
    throw failureFromGateway(body, 'TooManyAttempts');
  }
  throw failureFromGateway(body, response.ok ? 'ProtocolError' : 'GatewayUnreachable');
}

function gatewayOrigin() {
  return new URL(import.meta.url).origin;
}

/** `https://gw` and `wss://gw/agent` mean the same; without any, the gateway that served this file. */
function agentUrl(given) {
  let url;
  try {
    url = new URL(given ?? gatewayOrigin(), globalThis.location?.href);
  } catch (thrown) {
    throw failure('InvalidArgument', { detail: `url: ${given}`, cause: thrown });
  }
  url.protocol = url.protocol.replace(/^http/, 'ws');
  if (url.pathname === '/') {
    url.pathname = '/agent';
  }
  url.hash = '';
  return url.href;
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

function deferred() {
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  result.promise.catch(() => {}); // Also told by the event `error`.
  return result;
}

// This file as the script of the Clock's worker.
if (typeof WorkerGlobalScope !== 'undefined' && self instanceof WorkerGlobalScope
  && self.name === CLOCK_NAME) {
  self.onmessage = ({ data }) => setTimeout(() => self.postMessage(data.id), data.millis);
}
