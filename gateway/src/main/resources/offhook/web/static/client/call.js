import {
  callerInfoOf, checkedParams, diversionsOf, MAX_DIALLED_CHARS, parametersOf, userToUserOf,
  visitorOf,
} from './caller.js';
import { deferred } from './deferred.js';
import { emit, Emitter, forgetListeners, hasListeners } from './emitter.js';
import { failure, failureFromGateway, OffhookError } from './errors.js';
import { MediaLink } from './media-link.js';
import { notPossible, USUAL_OUTCOMES } from './outcomes.js';
import { Recovery } from './recovery.js';
import {
  abandon, bind, dial, lose, receive, reoffer, restore, resume, useTrack,
} from './seams.js';
import { summary } from './stats.js';
import { plainText } from './text.js';

/** Longest wait for `accepted` after an accepted call. */
const ANSWER_TIMEOUT_MILLIS = 20_000;

const VOLUME_INTERVAL_MILLIS = 100;

const DIGIT_MILLIS = 120;
const DIGIT_GAP_MILLIS = 70;

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
  #digits = '';
  #recovery;
  #comingLink = null;
  #comingTrack = null;
  #hasStood = false;

  /** Calls are made by a Device. */
  constructor(device, {
    id = '', request = '', from, to, source, diversions, userToUser, headers = {}, withheld = false,
    visitor = null,
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
    this.#recovery = new Recovery({
      clock: device.clock,
      call: {
        restart: () => this.#restartOffer(),
        renew: () => this.#renewalOffer(),
        send: (name, sdp) => device.tell({ type: 'reoffer', call: this.#id, request: name, sdp }),
        recovered: () => this.#onRecovered(),
        exhausted: () => this.#fail(failure('MediaFailed'), 'media-failed'),
      },
    });
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
    this.#device.noteMuted(this);
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
   * `params` are header fields that go along, as with Device.connect().
   */
  transfer(target, { params = {} } = {}) {
    return this.#askTransfer('transfer', target, params);
  }

  /**
   * Calls a number, a name or `agent:NAME` while the other side waits. Resolves when that one
   * answered and can be talked to: complete() or cancel() follows. Rejects as transfer() does.
   */
  consult(target, { params = {} } = {}) {
    return this.#askTransfer('consult', target, params);
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
        this.#digits = (this.#digits + plainText(String(message.digit ?? ''), 1)).slice(-64);
        this[emit]('digit', this.#digits.slice(-1));
        break;
      case 'reanswered':
        this.#recovery.onAnswer(message.request, message.sdp);
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
        if (this.#id !== '' && this.#recovery.onRefused(message.request)) {
          break;
        }
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
      const { to, consult, state } = standing.transfer;
      this.#transfer = { state, target: plainText(to), consult: consult === true };
      this.#transferring = deferred();
      this.#transferring.promise.catch(() => {}); // Told by the event `transfer`.
    }
    if (standing.state === 'ringing') {
      this.#onRinging();
    } else if (standing.state === 'progress') {
      this.#hasEarlyMedia = true;
    }
    this.#recovery.start({ needsNew: true });
  }

  /** The network may have changed, or the gateway can be told again. */
  [restore]() {
    if (this.#answered && this.#status !== 'closed') {
      this.#recovery.start();
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
    (this.#comingLink ?? this.#link).send(track).catch((thrown) =>
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
      this.#link = this.#makeLink();
    } catch (thrown) {
      this.#link = null;
      this.#linkFailure = thrown instanceof OffhookError
        ? thrown
        : failure('BrowserUnsupported', { cause: thrown });
    }
  }

  #makeLink() {
    return new MediaLink({
      codecPreferences: this.#device.codecPreferences,
      ice: this.#device.ice(),
      onState: (state, link) => this.#onLinkState(state, link),
      onTrack: (track, link) => this.#onTrack(track, link),
    });
  }

  /** Other paths for the connection there is; without one that ever stood, a new one. */
  async #restartOffer() {
    const link = this.#link;
    if (!link || link.state === 'failed' || link.state === 'closed' || link.state === 'new') {
      return this.#renewalOffer();
    }
    return {
      sdp: await link.restart(),
      answer: (sdp) => link.answer(sdp),
      discard: () => {},
      isUp: () => link.state === 'connected',
    };
  }

  /** A new connection, beside the one in use until it stands. */
  async #renewalOffer() {
    const link = this.#makeLink();
    try {
      await this.#device.audio.open();
    } catch (thrown) {
      this[emit]('error', thrown); // The far side is heard all the same.
    }
    const track = this.#device.audio.track();
    if (track) {
      track.enabled = !this.#muted;
      await link.send(track);
    }
    this.#offerSent = await link.offer();
    this.#comingLink = link;
    return {
      sdp: this.#offerSent,
      answer: (sdp) => link.answer(sdp),
      discard: () => this.#dropComing(link),
      isUp: () => link.state === 'connected',
    };
  }

  #dropComing(link) {
    if (link !== this.#link) {
      link.close();
    }
    if (link === this.#comingLink) {
      this.#comingLink = null;
      this.#comingTrack = null;
    }
  }

  #askTransfer(type, target, params) {
    const to = typeof target === 'string' ? target.trim() : '';
    if (to === '' || to.length > MAX_DIALLED_CHARS) {
      throw failure('InvalidArgument', {
        detail: `A target is a number or a name of at most ${MAX_DIALLED_CHARS} characters.`,
      });
    }
    const headers = checkedParams(params);
    this.#requireTransfer(['none', 'done', 'failed', 'refused']);
    const message = { type, call: this.#id, to };
    if (Object.keys(headers).length > 0) {
      message.headers = headers;
    }
    this.#tellSurely(message);
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
    this.#device.noteMuted(this);
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

  #onLinkState(state, link) {
    if (this.#status === 'closed') {
      return;
    }
    if (link === this.#comingLink) {
      this.#onComingState(state);
    } else if (link !== this.#link) {
      return;
    } else if (state === 'connected') {
      this.#onRecovered();
    } else if (state === 'disconnected' || state === 'failed') {
      this.#onInterrupted(state);
    }
  }

  #onComingState(state) {
    if (state === 'failed') {
      this.#recovery.onFailed();
    } else if (state === 'connected') {
      const before = this.#link;
      this.#link = this.#comingLink;
      this.#comingLink = null;
      if (this.#comingTrack) {
        this.#onRemoteTrack(this.#comingTrack);
        this.#comingTrack = null;
      }
      before?.close();
      this.#onRecovered();
    }
  }

  /** A connection that never stood will not; one that did may come back on other paths. */
  #onInterrupted(state) {
    if (!this.#hasStood) {
      if (state === 'failed' && !this.#recovery.isRunning) {
        this.#fail(failure('MediaFailed'), 'media-failed');
      }
      return;
    }
    if (this.#status === 'open') {
      this.#status = 'reconnecting';
      this[emit]('reconnecting', failure('MediaInterrupted'));
    }
    if (state === 'failed' || !this.#recovery.isRunning) {
      this.#recovery.start({ needsNew: state === 'failed' });
    }
  }

  #onRecovered() {
    this.#hasStood = true;
    this.#recovery.done();
    if (this.#status === 'reconnecting') {
      this.#status = 'open';
      this.#watchVolume();
      this[emit]('reconnected');
    }
  }

  #onTrack(track, link) {
    if (link === this.#comingLink) {
      this.#comingTrack = track;
    } else if (link === this.#link) {
      this.#onRemoteTrack(track);
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
    this.#recovery.close();
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
