import { Attention } from './attention.js';
import { clockText, outcomeText, partyOf, partyText } from './call-text.js';
import { CallView } from './call-view.js';
import { Dialler } from './dialler.js';
import { byId } from './dom.js';
import { History } from './history.js';
import { remember, remembered } from './memory.js';
import { NotePanel } from './note-panel.js';
import { OtherCalls } from './other-calls.js';
import { RingTone } from './ring-tone.js';

const RING_VOLUME_KEY = 'offhook.ring-volume';

/** Messages on a call that is over; the next call wipes them. */
const END_NOTICES = [
  'CallEndedByGateway', 'CallEndedByOperator', 'CallLost', 'CallNotPossible', 'MediaFailed',
  'NegotiationFailed',
];

/** The calls of the agent: the one on the card, those beside it, and what is done with them. */
export class Desk {
  notice;
  #owner;
  #dialler = new Dialler((number) => this.#dial(number));
  #ring = new RingTone();
  #attention = new Attention();
  #history = new History();
  #noted = new NotePanel();
  #current = null;
  #view = null;
  #views = new Map();
  #others = new OtherCalls({
    onTake: (call) => this.#take(call),
    onEnd: (call) => call.disconnect(),
  });
  #outcome = '';

  /**
   * @param owner the page: device() gives the device that is signed in or null, onOver() hears that
   *     the call on the card ended, onEmpty() that no call is left
   */
  constructor(notice, owner) {
    this.notice = notice;
    this.#owner = owner;
    const click = (id, action) => byId(id).addEventListener('click', action);
    click('answer', () => this.answer());
    click('decline', () => this.decline());
    click('hang-up', () => this.#current?.disconnect());
    click('give-up', () => this.#current?.disconnect());
    click('transfer-ask', () => this.#view?.transfer(true));
    click('transfer-complete', () => this.#view?.completeTransfer());
    click('transfer-cancel', () => this.#view?.cancelTransfer());
    click('mute', () => this.toggleMute());
    click('hold', () => this.toggleHold());
    click('keypad', ({ target }) => this.digit(target.dataset?.digit));
    byId('transfer-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#view?.transfer(false);
    });
    byId('ring-volume').addEventListener('change', ({ target }) => {
      remember(RING_VOLUME_KEY, target.value);
      if (!this.#current) {
        this.#ring.chime();
      }
    });
    byId('ring-volume').value = remembered(RING_VOLUME_KEY) ?? '6';
  }

  /** The call on the card; null: none. */
  get current() {
    return this.#current;
  }

  get isTalking() {
    return this.#current !== null && this.#current.status() !== 'pending';
  }

  /** How the last call ended, until that is old. */
  get outcome() {
    return this.#outcome;
  }

  forgetOutcome() {
    this.#outcome = '';
  }

  /** What one agent saw is not for the next one at this desk. */
  forgetAgent() {
    this.#dialler.clear();
    this.#history.clear();
    this.#noted.forget();
    this.#outcome = '';
    byId('announce').textContent = '';
  }

  /** Whether the browser lets the page ring aloud. */
  canRing() {
    return this.#ring.isAllowed();
  }

  focusDialler() {
    this.#dialler.focus();
  }

  /** Ends the call on the card, but does not decline one that rings. */
  end() {
    if (this.isTalking) {
      this.#current.disconnect();
    }
  }

  get #device() {
    return this.#owner.device();
  }

  /** A call rings. */
  incoming(call) {
    this.#follow(call);
    call.on('error', (error) => this.notice.showError(error));
    if (this.#current) {
      this.#knock(call);
    } else {
      this.#present(call);
    }
  }

  /** A call from before the page was reloaded. */
  resumed(call) {
    this.#follow(call);
    call.on('error', (error) => this.notice.showError(error));
    if (this.#current && (call.isOnHold || !this.#current.isOnHold)) {
      this.#showOthers();
      return;
    }
    this.#outcome = '';
    this.#bring(call);
    const party = partyText(call);
    if (call.startedAt) {
      this.#attention.inCall(party);
    } else {
      this.#attention.calling(party);
    }
    byId('announce').textContent = `Your call with ${party} goes on.`;
  }

  async answer() {
    const call = this.#current;
    if (call?.status() !== 'pending') {
      return;
    }
    this.#ring.stop();
    byId('announce').textContent = '';
    await this.#view.answer(this.notice);
    if (call === this.#current && call.status() === 'pending') {
      this.#ring.start();
    }
  }

  decline() {
    if (this.#current?.status() === 'pending') {
      this.#current.reject();
    }
  }

  toggleMute() {
    if (this.#current && this.#current.status() !== 'pending') {
      this.#current.mute(!this.#current.isMuted);
    }
  }

  toggleHold() {
    const call = this.#current;
    if (call?.status() !== 'open') {
      return;
    }
    try {
      if (call.isOnHold) {
        call.unhold();
      } else {
        call.hold();
      }
    } catch (error) {
      this.notice.showError(error);
    }
  }

  digit(digit) {
    if (digit && this.#current) {
      this.#view.sendDigit(digit, this.notice);
    }
  }

  /** A second call: whoever talks must not be rung over. */
  #knock(call) {
    const isTalking = this.#current.status() !== 'pending';
    this.#showOthers();
    byId('announce').textContent = `Another call, from ${partyText(call)}.`
      + (isTalking ? ' Alt N answers it and holds the one you are in.' : '');
    if (isTalking) {
      this.#ring.chime();
    }
  }

  /** Answers a call that rings beside the one on the card, or takes up one that is held. */
  async #take(call) {
    const before = this.#current;
    if (before === call || call.status() === 'closed') {
      return;
    }
    if (call.status() === 'pending') {
      try {
        await call.accept();
      } catch {
        return; // Told by the event `error`; it rings on.
      }
    } else if (call.isOnHold) {
      try {
        call.unhold();
      } catch (error) {
        this.notice.showError(error);
        return;
      }
    }
    if (call.status() !== 'closed') {
      this.#ring.stop();
      this.#bring(call);
      byId('call-title').focus();
    }
  }

  /** Puts a call on the card; the one that was there waits beside. */
  #bring(call) {
    this.#view?.leave();
    this.#current = call;
    this.#view = this.#viewOf(call);
    this.#view.show();
    if (call.status() !== 'pending') {
      this.#noted.show(call);
    }
    if (call.status() === 'open') {
      this.#attention.inCall(partyText(call));
    }
    this.#showOthers();
  }

  #viewOf(call) {
    let view = this.#views.get(call);
    if (!view) {
      this.#views.set(call, (view = new CallView(call, this)));
    }
    return view;
  }

  #showOthers() {
    this.#others.show((this.#device?.calls ?? []).filter((call) => call !== this.#current));
  }

  #follow(call) {
    const over = (event) => (cause) => this.#onOver(call, event, cause);
    call.on('disconnect', over('disconnect'));
    call.on('cancel', over('cancel'));
    call.on('reject', over('reject'));
    this.#viewOf(call);
    call.on('hold', () => this.#showOthers());
    call.on('connected', () => {
      if (call === this.#current) {
        this.#attention.inCall(partyText(call));
        byId('announce').textContent = 'In call';
        this.#noted.show(call);
      }
    });
  }

  async #dial(number) {
    const device = this.#device;
    if (!device) {
      return;
    }
    this.notice.clearIf(...END_NOTICES);
    const asking = setTimeout(() => this.notice.show('The browser asks for the microphone.',
      ['Choose "Allow" so that the other side can hear you.'], 'asking'), 400);
    try {
      const call = await device.connect({ to: number });
      this.notice.clearIf('MicrophoneDenied', 'MicrophoneMissing', 'MicrophoneBusy');
      if (device !== this.#device) {
        call.disconnect(); // Signed out while the browser asked.
        return;
      }
      this.#presentOutgoing(call);
    } catch (error) {
      this.#onDialError(error);
    } finally {
      clearTimeout(asking);
      this.notice.clearIf('asking');
    }
  }

  #presentOutgoing(call) {
    this.#ring.stop();
    this.#outcome = '';
    this.#follow(call);
    this.#bring(call);
    call.on('error', (error) => this.#onDialError(error));
    const party = partyText(call);
    this.#attention.calling(party);
    byId('announce').textContent = `Calling ${party}. Alt X hangs up.`;
    call.on('ringing', () => {
      byId('announce').textContent = 'It rings';
    });
    call.on('accept', () => this.#dialler.clear());
    byId('give-up').focus();
  }

  /** What is wrong with the number is said at the number. */
  #onDialError(error) {
    if (!this.#dialler.takes(error)) {
      this.notice.showError(error);
    }
  }

  #present(call) {
    this.notice.clearIf(...END_NOTICES);
    this.#outcome = '';
    this.#bring(call);
    const caller = partyText(call);
    this.#attention.ringing(caller);
    this.#ring.start();
    byId('announce').textContent = `Incoming call from ${caller}. Alt A answers, Alt R declines.`;
  }

  #onOver(call, event, cause) {
    let outcome = outcomeText(call, event, cause).replace(/\.$/, '');
    const lasted = call.startedAt ? ` · ${clockText(Date.now() - call.startedAt.getTime())}` : '';
    if (cause.reason === 'dial-refused') {
      outcome = ''; // Never a call: what was wrong is said at the number.
    } else {
      this.#history.add(partyOf(call), outcome + lasted, call.direction === 'outgoing');
    }
    this.notice.clearIf('MediaInterrupted', 'PlaybackBlocked');
    const view = this.#views.get(call);
    this.#views.delete(call);
    if (call !== this.#current) {
      this.#showOthers();
      return;
    }
    this.#ring.stop();
    this.#attention.idle();
    this.#current = null;
    this.#outcome = outcome + lasted;
    view.close(this.#outcome);
    this.#view = null;
    byId('announce').textContent = outcome;
    this.#owner.onOver();
    this.#showNext();
  }

  /** Whoever rings comes first, then who waits. */
  #showNext() {
    const waiting = this.#device?.calls ?? [];
    const next = waiting.find((call) => call.status() === 'pending') ?? waiting.at(-1);
    if (next?.status() === 'pending') {
      this.#present(next);
    } else if (next) {
      this.#bring(next);
    } else {
      this.#showOthers();
      this.#owner.onEmpty();
    }
  }
}
