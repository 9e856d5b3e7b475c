import { CallAudio } from './call-audio.js';
import { CallQuality } from './call-quality.js';
import {
  callerInfoOf, diversionsOf, parametersOf, userToUserOf, visitorOf,
} from './caller.js';
import { emit, Emitter, forgetListeners, hasListeners } from './emitter.js';
import { failure, failureFromGateway } from './errors.js';
import { notPossible, USUAL_OUTCOMES } from './outcomes.js';
import {
  abandon, bind, dial, edges, giveWay, lose, mayGiveWay, receive, reoffer, restore, resume,
  useTrack,
} from './seams.js';
import { plainText } from './text.js';
import { Transfers } from './transfers.js';

/** Longest wait for `accepted` after an accepted call. */
const ANSWER_TIMEOUT_MILLIS = 20_000;

const VOLUME_INTERVAL_MILLIS = 100;

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
  #visitor;
  #headers;
  #customParameters;
  #isWithheld;
  #isEcho;
  #audio;
  #muted = false;
  #startedAt = null;
  #answered = false;
  #isConnected = false;
  #cancelAnswerTimer = () => {};
  #hasEarlyMedia = false;
  #stopRingback = () => {};
  #volumeTimer = 0;
  #transfers;
  #quality;
  #hold = { mine: false, theirs: false };
  #digits = '';

  /** Calls are made by a Device. */
  constructor(device, {
    id = '', request = '', from, to, source, diversions, userToUser, headers = {}, withheld = false,
    isEcho = false, visitor = null,
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
    this.#visitor = visitorOf(visitor);
    this.#headers = headers;
    this.#customParameters = parametersOf(headers);
    this.#isWithheld = withheld;
    this.#isEcho = isEcho;
    this.#transfers = new Transfers(this, (message) => this.#tellSurely(message));
    this.#quality = new CallQuality({
      call: this,
      clock: device.clock,
      read: () => this.#reading(),
      tell: (message) => device.tell({ ...message, call: this.#id }),
    });
    this.#audio = new CallAudio(device, {
      isMuted: () => this.#muted,
      reoffer: (name, sdp) =>
        device.tell({ type: 'reoffer', call: this.#id, request: name, sdp }),
      onError: (error) => this[emit]('error', error),
      onInterrupted: () => this.#onInterrupted(),
      onRecovered: () => this.#onRecovered(),
      onLost: () => this.#fail(failure('MediaFailed'), 'media-failed'),
    });
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

  /** The visitor of a web site who calls, `{site, fields}`; null: another caller. */
  get visitor() {
    return this.#visitor;
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
    return this.#transfers.info;
  }

  /** Whether this side holds the call: the other side hears music, and nothing is heard here. */
  get isOnHold() {
    return this.#hold.mine;
  }

  /** Whether the other side holds the call. */
  get isHeldByFarSide() {
    return this.#hold.theirs;
  }

  /** The keys that the far side pressed, the latest last. */
  get digitsReceived() {
    return this.#digits;
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
   * be had, the call rings on: fix it and call accept() again. A call that is talked in is put on
   * hold; one that cannot be, for a transfer that runs, keeps this one from being answered.
   */
  async accept() {
    this.#require('pending');
    this.#device.checkWay(this);
    this.#status = 'connecting';
    try {
      await this.#audio.makeOffer();
    } catch (thrown) {
      if (this.#status === 'connecting') {
        this.#status = 'pending';
        this[emit]('error', thrown);
      } else {
        this.#device.forget(this); // Over meanwhile: the microphone may have been opened in vain.
      }
      throw thrown;
    }
    this.#device.makeWay(this);
    this.#sendAccept();
    this.#awaitAccepted();
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
    this.#audio.mute(this.#muted);
    this.#device.noteMuted(this);
    this[emit]('mute', this.#muted);
  }

  /** Lets the other side wait with music; a `hold` event follows. */
  hold() {
    this.#askHold('hold');
  }

  /** Takes the call up again; a `hold` event follows. A call that is talked in is put on hold. */
  unhold() {
    this.#device.makeWay(this);
    this.#askHold('unhold');
  }

  /** Sends keys `0-9 * # A-D`; a comma is a pause of two seconds. */
  sendDigits(digits) {
    if (typeof digits !== 'string' || !/^[0-9*#A-D,]{1,64}$/i.test(digits)) {
      throw failure('InvalidArgument', { detail: 'Digits are 0-9 * # A-D and comma.' });
    }
    if (this.#status === 'closed' || !this.#audio.sendDigits(digits)) {
      throw failure('InvalidState', { detail: 'Digits can be sent only in a running call.' });
    }
  }

  /**
   * Leads the other side on to a number, a name, `agent:NAME` or `queue:NAME`. Resolves when the
   * two have each other, or the queue has the other side, which ends the call here; rejects when
   * it came to nothing, and both talk again.
   * `params` are header fields that go along, as with Device.connect().
   */
  transfer(target, { params = {} } = {}) {
    return this.#transfers.ask('transfer', target, params);
  }

  /**
   * Calls a number, a name or `agent:NAME` while the other side waits. Resolves when that one
   * answered and can be talked to: complete() or cancel() follows. Rejects as transfer() does.
   */
  consult(target, { params = {} } = {}) {
    return this.#transfers.ask('consult', target, params);
  }

  /** Leaves the other side and the one consulted alone; before that one answers, does not wait. */
  complete() {
    return this.#transfers.complete();
  }

  /** Takes the other side back; what waits for the transfer is rejected. */
  cancel() {
    this.#transfers.cancel();
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
    return this.#status === 'closed' || this.#muted ? 0 : this.#device.audio.level();
  }

  /** Level of what the far side says, 0 to 1. */
  remoteLevel() {
    return this.#audio.level();
  }

  /** How the call sounds: what the browser measures, and `gateway`, what the gateway does. */
  async getStats() {
    const { rmsIn, rmsOut, ...reading } = await this.#reading();
    const { lossPercent = null, averageLossPercent = null, mos = null } =
      this.#quality.sample ?? {};
    return {
      ...reading, lossPercent, averageLossPercent, mos, gateway: this.#quality.gateway,
      warnings: this.#quality.warnings,
    };
  }

  /** Names of the warnings that are up. */
  get warnings() {
    return this.#quality.warnings;
  }

  /** Levels are null where a constant one is no wonder. */
  async #reading() {
    const measured = await this.#audio.stats();
    const isQuiet = this.#hold.mine || this.#hold.theirs || this.#transfers.isRunning;
    return {
      ...measured,
      levelIn: this.localLevel(),
      levelOut: this.remoteLevel(),
      rmsIn: this.#muted || isQuiet ? null : this.#device.audio.rms(),
      rmsOut: isQuiet ? null : this.#audio.rms(),
    };
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
      await this.#audio.makeOffer();
      const message = { type: 'echo', request: this.#request, sdp: this.#audio.offer };
      if (!this.#isEcho) {
        message.type = 'dial';
        message.to = this.#to;
      }
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

  /** How long ICE and DTLS took; null: did not succeed. */
  [edges]() {
    return this.#audio.edges;
  }

  /** What was dialled has become this call. */
  [bind](id) {
    this.#id = id;
    this.#device.makeWay(this);
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
        this.#digits = (this.#digits + plainText(String(message.digit ?? ''), 1)).slice(-64);
        this[emit]('digit', this.#digits.slice(-1));
        break;
      case 'reanswered':
        this.#audio.onReanswer(message.request, message.sdp);
        break;
      case 'hold':
        this.#onHold(message);
        break;
      case 'transfer':
        this.#transfers.onMessage(message);
        break;
      case 'quality':
        this.#quality.onMessage(message);
        break;
      case 'party':
        this.#onParty(message.party);
        break;
      case 'ended':
        this.#onEnded(message.cause, parametersOf(message.headers));
        break;
      case 'error':
        if (this.#id !== '' && this.#audio.onRefused(message.request)) {
          break;
        }
        this.#onRefused(failureFromGateway(message, 'CallRefused'));
        break;
    }
  }

  /** The gateway offers the call again: it did not hear what we said to the first offer. */
  [reoffer]() {
    if (this.#audio.offer !== '' && !this.#answered) {
      this.#sendAccept();
    } else {
      this.#device.tell({ type: 'ringing', call: this.#id });
    }
  }

  /** Throws when another call could not take this one's place in the agent's ear. */
  [mayGiveWay]() {
    if (this.#hold.mine || this.#status === 'pending' || this.#status === 'closed') {
      return;
    }
    if (!this.#isConnected || this.#transfers.isRunning) {
      throw failure('InvalidState', {
        detail: this.#isConnected ? 'A transfer is running.' : 'Another call is being made.',
      });
    }
  }

  /** Another call is talked in from now on. */
  [giveWay]() {
    if (this.#isConnected && !this.#hold.mine && this.#status !== 'closed'
      && !this.#transfers.isRunning) {
      this.#device.tell({ type: 'hold', call: this.#id });
    }
  }

  /** The page was reloaded: the call stands like this, and has no audio here yet. */
  [resume](standing, isMuted) {
    const isConnected = standing.state === 'connected';
    this.#muted = isMuted;
    this.#answered = true;
    this.#isConnected = isConnected;
    this.#status = isConnected ? 'reconnecting' : 'connecting';
    this.#digits = plainText(standing.digits);
    this.#hold = { mine: standing.mine === true, theirs: standing.theirs === true };
    if (isConnected) {
      this.#startedAt = new Date(Date.now() - (Number(standing.seconds) || 0) * 1_000);
    }
    if (standing.party !== undefined) {
      this.#callerInfo = callerInfoOf(standing.party);
    }
    if (standing.transfer !== undefined) {
      this.#transfers.resume(standing.transfer);
    }
    if (standing.state === 'ringing') {
      this.#onRinging();
    } else if (standing.state === 'progress') {
      this.#hasEarlyMedia = true;
    }
    this.#audio.restore({ needsNew: true });
  }

  /** The network may have changed, or the gateway can be told again. */
  [restore]() {
    if (this.#answered && this.#status !== 'closed') {
      this.#audio.restore();
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
    this.#audio.use(track);
  }

  /** The device goes away: over without a word to the gateway beyond what was said. */
  [abandon](reason) {
    this.#finish(
      this.#status === 'pending' ? 'cancel' : 'disconnect', this.#ownCause(reason, null, null));
  }

  #askHold(type) {
    if (!this.#isConnected || this.#status === 'closed') {
      throw failure('InvalidState', { detail: 'Only a call that is answered can be held.' });
    }
    this.#tellSurely({ type });
  }

  #onHold({ mine, theirs }) {
    if (this.#status === 'closed') {
      return;
    }
    this.#hold = { mine: mine === true, theirs: theirs === true };
    this[emit]('hold', { ...this.#hold });
  }

  #tellSurely(message) {
    if (!this.#device.tell({ ...message, call: this.#id })) {
      throw failure('InvalidState', { detail: 'The gateway cannot be reached.' });
    }
  }

  #onParty(party) {
    this.#callerInfo = callerInfoOf(party);
    this[emit]('party', this.#callerInfo);
  }

  #sendAccept() {
    this.#device.tell({ type: 'accept', call: this.#id, sdp: this.#audio.offer });
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

  /** After `progress`: what was heard is over, and somebody else is tried. */
  #onRinging() {
    const isNews = this.#status === 'connecting' || this.#hasEarlyMedia;
    if (!this.#isBeginning || !this.#isOutgoing || !isNews) {
      return;
    }
    this.#status = 'ringing';
    this.#hasEarlyMedia = false;
    this.#endRingback();
    this.#stopRingback = this.#device.audio.ringback();
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
    if (!this.#isBeginning || this.#audio.offer === '' || this.#answered) {
      return;
    }
    this.#answered = true;
    this.#cancelAnswerTimer();
    if (!this.#isOutgoing) {
      this[emit]('accept', new Map()); // Before the await: `connected` may come meanwhile.
    }
    try {
      await this.#audio.answer(sdp);
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
    this.#device.noteMuted(this);
    this.#watchVolume();
    this.#quality.start();
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

  #onInterrupted() {
    if (this.#status === 'open') {
      this.#status = 'reconnecting';
      this[emit]('reconnecting', failure('MediaInterrupted'));
    }
  }

  #onRecovered() {
    if (this.#status === 'reconnecting') {
      this.#status = 'open';
      this.#watchVolume();
      this.#quality.start();
      this[emit]('reconnected');
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
    this.#endRingback();
    this.#quality.stop();
    clearInterval(this.#volumeTimer);
    this.#audio.close();
    this.#transfers.onOver(cause);
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
