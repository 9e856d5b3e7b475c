import { failure, failureFromGateway, OffhookError, REFUSAL_CODES } from './errors.js';

const PROTOCOL_VERSION = 1;

/** Longest wait for `welcome`. */
const WELCOME_TIMEOUT_MILLIS = 10_000;

/** Bounds of the random wait between two attempts to reconnect; the first attempt waits for none. */
const RETRY_MIN_MILLIS = 2_000;
const RETRY_MAX_MILLIS = 4_500;

/** After so many the network is taken for gone, which is said, and the waits are longer. */
const MANY_ATTEMPTS = 10;
const PATIENCE = 5;

/** A socket that was up for less is not opened again at once: that could go on for ever. */
const STEADY_MILLIS = 5_000;

const DEFAULT_HEARTBEAT_SECONDS = 15;

/** Close codes of the agent protocol. */
const CLOSE_NOT_UNDERSTOOD = 4400;
const CLOSE_NOT_SIGNED_IN = 4401;
const CLOSE_REPLACED = 4409;
const CLOSE_GATEWAY_STOPS = 1001;
const CLOSE_TRY_LATER = 1013;

/** What the gateway hears of a socket that is done, and of one that another one follows. */
const CLOSE_DONE = 1000;
const CLOSE_COMING_BACK = 4000;

/**
 * The WebSocket, opened again until told to stop. States: `closed` → `opening` (token, TCP, TLS,
 * `hello`) → `up` (after `welcome`) → `waiting` (for the next attempt) → `opening` ...
 */
export class Signalling {
  #url;
  #clock;
  #hello;
  #owner;
  #heartbeatSeconds;
  #state = 'closed';
  #socket = null;
  #timers = new Set();
  #attempt = 0;
  #failures = 0;
  #retriedToken = false;
  #outageReported = false;
  #reasonGiven = null;
  /** Halves of heartbeat intervals since anything came. */
  #silent = 0;
  #pings = 0;
  #upSinceMillis = 0;

  /**
   * @param hello gives the keys of the next `hello`, asynchronously
   * @param owner told by onWelcome, onMessage, onPong, onDown(error), onRefused(error)
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

  /** Renews the token on the open socket; `token` answers, or `error`. */
  async renew() {
    if (this.#state !== 'up') {
      return; // The next socket takes the new token anyway.
    }
    const attempt = this.#attempt;
    try {
      const hello = await this.#hello();
      if (attempt === this.#attempt) {
        this.send({ type: 'token', token: hello.token });
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
      socket.close(state === 'closed' ? CLOSE_DONE : CLOSE_COMING_BACK);
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
    this.#silent = 0;
    if (message.type === 'welcome') {
      this.#onWelcome(message);
    } else if (message.type === 'ping') {
      if (this.send({ type: 'pong', n: message.n })) {
        this.#owner.onPong();
      }
    } else if (message.type === 'error' && message.call === undefined
      && message.request === undefined) {
      this.#onError(failureFromGateway(message, 'ProtocolError'));
    } else if (message.type === 'token') {
      this.#onToken(message);
    } else if (message.type !== 'pong') {
      this.#owner.onMessage(message);
    }
  }

  #onToken(message) {
    if (message.state === 'renewed') {
      this.#retriedToken = false;
      this.#reasonGiven = null;
    } else if (this.#owner.canRenewToken()) {
      this.renew();
    }
    this.#owner.onMessage(message);
  }

  /** What comes before `welcome` says why the gateway closes next. */
  #onError(error) {
    const isTokenOver = REFUSAL_CODES.has(error.code);
    if (this.#state === 'opening' || isTokenOver) {
      this.#reasonGiven = error;
    }
    if (this.#state === 'up' && isTokenOver && this.#owner.canRenewToken() && !this.#retriedToken) {
      this.#retriedToken = true; // A source that goes on giving bad tokens is not asked for ever.
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
    this.#failures = 0;
    this.#retriedToken = false;
    this.#outageReported = false;
    this.#reasonGiven = null;
    const offered = Number(message['heartbeat-seconds']);
    const seconds = this.#heartbeatSeconds ?? (offered > 0 ? offered : DEFAULT_HEARTBEAT_SECONDS);
    this.#heartbeat(seconds * 1_000);
    this.#owner.onWelcome(message);
  }

  /**
   * Whatever the gateway sends is a sign of life, and its own pings are one in each interval: asks
   * only when nothing came for longer. Looks twice an interval; after two intervals of silence the
   * socket is given up.
   */
  #heartbeat(intervalMillis) {
    this.#after(intervalMillis / 2, () => {
      if (this.#silent >= 3) {
        this.#lose(failure('ConnectionLost'));
        return;
      }
      if (this.#silent === 2) {
        this.send({ type: 'ping', n: ++this.#pings });
      }
      this.#silent++;
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
    this.#silent = 0;
    const isHopeless = ++this.#failures === MANY_ATTEMPTS;
    const waitMillis = tryAtOnce
      ? 0
      : (RETRY_MIN_MILLIS + Math.random() * (RETRY_MAX_MILLIS - RETRY_MIN_MILLIS))
        * (this.#failures < MANY_ATTEMPTS ? 1 : PATIENCE);
    this.#after(waitMillis, () => this.#connect());
    const isNews = !this.#outageReported || isHopeless;
    this.#outageReported = true;
    this.#owner.onDown(isHopeless ? failure('ReconnectExhausted') : error, isNews);
  }
}
