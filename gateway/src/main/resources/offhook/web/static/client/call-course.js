import { CallAudio } from './call-audio.js';
import { nameIt, setParty } from './call-facts.js';
import { CallDigits } from './call-digits.js';
import { CallHold } from './call-hold.js';
import { CallSound } from './call-sound.js';
import { dialMessage, parametersOf } from './caller.js';
import { EarlySound } from './early-sound.js';
import { emit, forgetListeners } from './emitter.js';
import { failure, failureFromGateway } from './errors.js';
import { causeOf, troubleOf } from './outcomes.js';
import { Transfers } from './transfers.js';

/** Longest wait for `accepted` after an accepted call. */
const ANSWER_TIMEOUT_MILLIS = 20_000;

/**
 * What becomes of one call: its state, what the gateway and the page say to each other about it,
 * and how it ends. Call is what programs see of it.
 */
export class CallCourse {
  audio;
  sound;
  transfers;
  hold;
  status;
  isMuted = false;
  startedAt = null;
  digits;
  #call;
  #device;
  #dialling;
  #handlers = {
    __proto__: null, // Types are words of the gateway.
    ringing: () => this.#onRinging(),
    progress: () => this.#onProgress(),
    accepted: ({ sdp }) => this.#onAccepted(sdp),
    connected: ({ headers }) => this.#onConnected(parametersOf(headers)),
    digit: (message) => this.digits.onMessage(message),
    reanswered: ({ request, sdp }) => this.audio.onReanswer(request, sdp),
    hold: (message) => this.hold.onMessage(message),
    transfer: (message) => this.transfers.onMessage(message),
    quality: (message) => this.sound.onMessage(message),
    party: ({ party }) => {
      this.#call[setParty](party);
      this.#call[emit]('party', this.#call.callerInfo);
    },
    ended: ({ cause, headers }) => this.#onEnded(cause, parametersOf(headers)),
    error: (message) => this.#onError(message),
  };
  #answered = false;
  #isConnected = false;
  #cancelAnswerTimer = () => {};
  #early;

  /** @param dialling how it is dialled, if it is: see dialMessage() */
  constructor(call, device, dialling) {
    this.#call = call;
    this.#device = device;
    this.status = this.#isOutgoing ? 'connecting' : 'pending';
    this.#dialling = dialling;
    this.transfers = new Transfers(this.#call, (message) => this.#tellSurely(message));
    this.hold = new CallHold({
      call,
      tell: (message) => this.#tell(message),
      isConnected: () => this.#isConnected,
      isTransferring: () => this.transfers.isRunning,
    });
    this.audio = new CallAudio(device, {
      isMuted: () => this.isMuted,
      reoffer: (name, sdp) => this.#tell({ type: 'reoffer', request: name, sdp }),
      onError: (error) => this.#call[emit]('error', error),
      onInterrupted: () => this.#onInterrupted(),
      onRecovered: () => this.#onRecovered(),
      onLost: () => this.#fail(failure('MediaFailed'), 'media-failed'),
    });
    this.digits = new CallDigits(call, this.audio);
    this.#early = new EarlySound(device.audio);
    this.sound = new CallSound({
      call,
      microphone: device.audio,
      audio: this.audio,
      clock: device.clock,
      isQuiet: () =>
        this.hold.isMine || this.hold.isTheirs || this.transfers.isRunning,
      tell: (message) => this.#tell(message),
    });
  }

  async accept() {
    this.#require('pending');
    this.#device.checkWay(this.#call);
    this.status = 'connecting';
    try {
      await this.audio.makeOffer();
    } catch (thrown) {
      if (this.status === 'connecting') {
        this.status = 'pending';
        this.#call[emit]('error', thrown);
      } else {
        this.#device.forget(this.#call); // Over meanwhile: the microphone may have been opened in vain.
      }
      throw thrown;
    }
    this.#device.makeWay(this.#call);
    this.#sendAccept();
    this.#awaitAccepted();
  }

  #awaitAccepted() {
    this.#cancelAnswerTimer = this.#device.clock.after(ANSWER_TIMEOUT_MILLIS, () =>
      this.#fail(failure('NegotiationFailed', { detail: 'The gateway did not answer in time.' }),
        'no-answer-from-gateway'));
  }

  reject() {
    this.#require('pending');
    this.#tell({ type: 'decline' });
    this.#finish('reject', this.#ownCause('declined', 603, 21));
  }

  disconnect() {
    if (this.status === 'closed') {
      return;
    }
    if (this.status === 'pending') {
      this.reject();
      return;
    }
    this.#tellHangUp();
    const gaveUp = this.#isOutgoing && !this.#isConnected;
    this.#finish('disconnect',
      gaveUp ? this.#ownCause('cancelled', 487, 16) : this.#ownCause('hang-up', 200, 16));
  }

  mute(muted = true) {
    this.#requireAlive();
    if (this.isMuted === Boolean(muted)) {
      return;
    }
    this.isMuted = Boolean(muted);
    this.audio.mute(this.isMuted);
    this.#device.noteMuted(this.#call);
    this.#call[emit]('mute', this.isMuted);
  }

  /** Dials: opens the microphone and sends the offer. Without that, no call has begun. */
  async dial() {
    try {
      await this.audio.makeOffer();
      const message = dialMessage(this.#call, this.#dialling);
      if (!this.#device.tell({ ...message, sdp: this.audio.offer })) {
        throw failure('InvalidState', { detail: 'The gateway cannot be reached.' });
      }
    } catch (thrown) {
      this.#finish('disconnect', this.#ownCause('not-dialled', null, null));
      throw thrown;
    }
    this.#awaitAccepted();
  }

  /** What was dialled has become this call. */
  bind(id) {
    this.#call[nameIt](id);
    this.#device.makeWay(this.#call);
  }

  /** A message of the gateway about this call. */
  receive(message) {
    this.#handlers[message.type]?.(message);
  }

  /** The gateway offers the call again: it did not hear what we said to the first offer. */
  reoffer() {
    if (this.audio.offer !== '' && !this.#answered) {
      this.#sendAccept();
    } else {
      this.#tell({ type: 'ringing' });
    }
  }

  /** The page was reloaded: the call stands like this, and has no audio here yet. */
  resume(standing, isMuted) {
    const isConnected = standing.state === 'connected';
    this.isMuted = isMuted;
    this.#answered = true;
    this.#isConnected = isConnected;
    this.status = isConnected ? 'reconnecting' : 'connecting';
    this.digits.resume(standing.digits);
    this.hold.set(standing);
    if (isConnected) {
      this.startedAt = new Date(Date.now() - (Number(standing.seconds) || 0) * 1_000);
    }
    if (standing.party !== undefined) {
      this.#call[setParty](standing.party);
    }
    if (standing.transfer !== undefined) {
      this.transfers.resume(standing.transfer);
    }
    if (standing.state === 'ringing') {
      this.#onRinging();
    } else if (standing.state === 'progress') {
      this.#early.leave();
    }
    this.audio.restore({ needsNew: true });
  }

  /** The network may have changed, or the gateway can be told again. */
  restore() {
    if (this.#answered && this.status !== 'closed') {
      this.audio.restore();
    }
  }

  /** The gateway no longer has the call and did not say why. */
  lose() {
    if (this.status === 'closed') {
      return;
    }
    const isAnswered = this.status !== 'pending';
    if (isAnswered) {
      this.#call[emit]('error', failure('CallLost'));
    }
    this.#finish(isAnswered ? 'disconnect' : 'cancel',
      { by: 'gateway', reason: 'lost', sip: null, q850: null, text: '' });
  }

  /** The device goes away: over without a word to the gateway beyond what was said. */
  abandon(reason) {
    this.#finish(
      this.status === 'pending' ? 'cancel' : 'disconnect', this.#ownCause(reason, null, null));
  }

  /** @return false when the gateway cannot be told */
  #tell(message) {
    return this.#device.tell({ ...message, call: this.#call.id });
  }

  #tellSurely(message) {
    if (!this.#tell(message)) {
      throw failure('InvalidState', { detail: 'The gateway cannot be reached.' });
    }
  }

  #sendAccept() {
    this.#tell({ type: 'accept', sdp: this.audio.offer });
  }

  /** Before `dialled` there is no name to say it with: the device then hangs up at `dialled`. */
  #tellHangUp() {
    if (this.#call.id !== '') {
      this.#tell({ type: 'hangup' });
    }
  }

  /** What this side did; by the part that it has in the call. */
  #ownCause(reason, sip, q850) {
    return { by: this.#isOutgoing ? 'caller' : 'callee', reason, sip, q850, text: '' };
  }

  get #isBeginning() {
    return this.status === 'connecting' || this.status === 'ringing';
  }

  /** After `progress`: what was heard is over, and somebody else is tried. */
  #onRinging() {
    const isNews = this.status === 'connecting' || this.#early.isTheirs;
    if (!this.#isBeginning || !this.#isOutgoing || !isNews) {
      return;
    }
    this.status = 'ringing';
    this.#early.ring();
    this.#call[emit]('ringing');
  }

  #onProgress() {
    if (!this.#isBeginning || this.#early.isTheirs) {
      return;
    }
    this.#early.leave();
    this.#call[emit]('progress');
  }

  async #onAccepted(sdp) {
    if (!this.#isBeginning || this.audio.offer === '' || this.#answered) {
      return;
    }
    this.#answered = true;
    this.#cancelAnswerTimer();
    if (!this.#isOutgoing) {
      this.#call[emit]('accept', new Map()); // Before the await: `connected` may come meanwhile.
    }
    try {
      await this.audio.answer(sdp);
    } catch (thrown) {
      this.#fail(failure('NegotiationFailed', { detail: String(thrown?.message ?? ''), cause: thrown }),
        'answer-not-usable');
    }
  }

  #onConnected(parameters) {
    if (this.#isConnected || !this.#isBeginning) {
      return;
    }
    this.#early.end();
    this.#isConnected = true;
    this.status = 'open';
    this.startedAt = new Date();
    this.#device.noteMuted(this.#call);
    this.sound.start();
    if (this.#isOutgoing) {
      this.#call[emit]('accept', parameters);
    }
    this.#call[emit]('connected');
  }

  #onEnded(given, parameters) {
    if (this.status === 'closed') {
      return;
    }
    const rang = this.status === 'pending';
    const cause = causeOf(given, parameters);
    const isDialled = this.#isOutgoing && !this.#isConnected;
    const trouble = troubleOf(cause, { isDialled, rang });
    if (trouble) {
      this.#call[emit]('error', trouble);
    }
    this.#finish(rang ? 'cancel' : 'disconnect', cause);
  }

  #onError(message) {
    if (this.#call.id === '' || !this.audio.onRefused(message.request)) {
      this.#onRefused(failureFromGateway(message, 'CallRefused'));
    }
  }

  /** The gateway refused a message; if that was our answer to the call, no call can come of it. */
  #onRefused(error) {
    if (this.status === 'connecting' && !this.#answered) {
      this.#fail(error, this.#isOutgoing ? 'dial-refused' : 'answer-refused');
    } else if (this.status !== 'closed') {
      this.#call[emit]('error', error);
    }
  }

  #onInterrupted() {
    if (this.status === 'open') {
      this.status = 'reconnecting';
      this.#call[emit]('reconnecting', failure('MediaInterrupted'));
    }
  }

  #onRecovered() {
    if (this.status === 'reconnecting') {
      this.status = 'open';
      this.sound.start();
      this.#call[emit]('reconnected');
    }
  }

  #fail(error, reason) {
    if (this.status === 'closed') {
      return;
    }
    this.#tellHangUp();
    this.#call[emit]('error', error);
    this.#finish('disconnect', { by: 'page', reason, sip: null, q850: null, text: error.message });
  }

  #finish(event, cause) {
    if (this.status === 'closed') {
      return;
    }
    this.status = 'closed';
    this.#cancelAnswerTimer();
    this.#early.end();
    this.sound.stop();
    this.audio.close();
    this.transfers.onOver(cause);
    this.#device.forget(this.#call);
    this.#call[emit](event, Object.freeze({ parameters: new Map(), ...cause }));
    this.#call[forgetListeners]();
  }

  #require(status) {
    if (this.status !== status) {
      throw failure('InvalidState', { detail: `The call is ${this.status}, not ${status}.` });
    }
  }

  #requireAlive() {
    if (this.status === 'closed') {
      throw failure('InvalidState', { detail: 'The call is over.' });
    }
  }

  get #isOutgoing() {
    return this.#call.request !== '';
  }
}
