import { clockText, factsOf, partyOf, partyText } from './call-text.js';
import { byId } from './dom.js';
import { showTrouble } from './trouble.js';

const MAX_SENT_DIGITS = 24;

/** What a warning means to the agent; the first that is up is shown. */
const WARNING_TEXTS = {
  'constant-audio-level': 'No sound from a microphone',
  'packet-loss': 'Weak connection: packets are lost',
  'high-rtt': 'Weak connection: long delay',
  'high-jitter': 'Weak connection: uneven delay',
  'low-mos': 'Weak connection',
};

const MUTED_TEXT = 'Muted: the other side does not hear you.';
const HOLDING_TEXT = 'The other side hears music. You do not hear each other.';
const HELD_TEXT = 'The other side put you on hold. Wait, the call goes on.';

/** One call on the card of the page. The card shows one call at a time; the others wait. */
export class CallView {
  #call;
  #card = byId('call');
  #title = byId('call-title');
  #note = byId('call-note');
  #timers = [];
  #sent = '';
  #isShown = false;
  #hasEarlyMedia = false;
  #isResumed;
  #weak = '';

  constructor(call, page) {
    this.#call = call;
    this.#isResumed = call.status() === 'reconnecting';
    const on = (name, listener) => call.on(name, (...values) => {
      if (this.#isShown) {
        listener(...values);
      }
    });
    call.on('progress', () => {
      this.#hasEarlyMedia = true;
    });
    call.on('ringing', () => {
      this.#hasEarlyMedia = false;
    });
    call.on('reconnected', () => {
      this.#isResumed = false;
    });
    for (const name of ['ringing', 'progress', 'accept', 'hold']) {
      on(name, () => this.#showState());
    }
    on('connected', () => this.#onConnected());
    on('transfer', (info) => this.#onTransfer(info));
    on('party', (party) => this.#onParty(party));
    on('reconnecting', (error) => {
      this.#showState();
      page.notice.showError(error);
    });
    on('reconnected', () => {
      this.#showState();
      page.notice.clearIf('MediaInterrupted');
    });
    on('mute', () => this.#showState());
    on('digit', (digit) => {
      byId('last-digit').textContent = digit;
    });
    on('volume', (microphone, caller) => this.#levels(microphone, caller));
    on('sample', (sample) => this.#onSample(sample));
  }

  /** Takes the card. */
  show() {
    const call = this.#call;
    this.#isShown = true;
    byId('caller').hidden = false;
    const { name, number } = partyOf(call);
    byId('caller-name').textContent = name;
    byId('caller-number').textContent = number || (name ? '' : partyText(call));
    this.#trust(call);
    this.#facts(factsOf(call));
    const isOutgoing = call.direction === 'outgoing';
    byId('far-side').textContent = isOutgoing ? 'They' : 'Caller';
    byId('far-side-pressed').textContent = isOutgoing ? 'They pressed' : 'Caller pressed';
    byId('sent-digits').textContent = this.#sent || '–';
    byId('last-digit').textContent = call.digitsReceived.slice(-1) || '–';
    byId('timer').textContent = '0:00';
    this.#quality('');
    showTrouble(null);
    this.#levels(0, 0);
    byId('transfer-to').value = '';
    this.#onTransfer({ ...call.transferInfo, text: '' });
    this.#showState();
    if (call.startedAt !== null) {
      this.#startTimer();
    }
  }

  /** Leaves the card to another call. */
  leave() {
    this.#isShown = false;
    this.#stopTimers();
  }

  /** Leads the other side on; what becomes of it is shown by the event `transfer`. */
  transfer(consult) {
    const target = byId('transfer-to').value.trim();
    if (target === '') {
      byId('transfer-to').focus();
      this.#transferNote('Type a number or agent:name first.', true);
      return;
    }
    this.#try(() => {
      const over = consult ? this.#call.consult(target) : this.#call.transfer(target);
      this.#onTransfer({ ...this.#call.transferInfo, text: '' });
      return over;
    });
  }

  completeTransfer() {
    this.#try(() => this.#call.complete());
  }

  cancelTransfer() {
    this.#try(() => this.#call.cancel());
  }

  #try(action) {
    try {
      action()?.catch(() => {}); // Shown by the event `transfer`.
    } catch (error) {
      this.#transferNote(error.message, true);
    }
  }

  #onTransfer({ state, target, consult, text }) {
    const running = state === 'trying' || state === 'ringing' || state === 'consulting';
    byId('transfer-begin').hidden = running;
    byId('transfer-decide').hidden = !running;
    byId('transfer-to').disabled = running;
    byId('transfer-complete').hidden = !consult;
    const failed = state === 'failed' || state === 'refused';
    const who = target.replace(/^agent:/, '');
    this.#transferNote({
      trying: `Calling ${who}. The other side waits with music.`,
      ringing: `It rings at ${who}. The other side waits with music.`,
      consulting: `You talk to ${who}. The other side waits with music.`,
      done: 'Transferred.',
      failed: `${text} You have the other side again.`,
      refused: text,
    }[state] ?? '', failed);
  }

  #transferNote(text, failed = false) {
    byId('transfer-note').textContent = text;
    byId('transfer-note').toggleAttribute('data-failed', failed);
  }

  #onParty({ name, number }) {
    byId('caller-name').textContent = name;
    byId('caller-number').textContent = number || (name ? '' : 'Unknown caller');
  }

  /** Answers; says so at once, because the click must be seen to have worked. */
  async answer(notice) {
    this.#show('connecting', 'Answering…', '');
    this.#title.focus();
    try {
      await this.#call.accept();
      notice.clearIf('MicrophoneDenied', 'MicrophoneMissing', 'MicrophoneBusy');
    } catch {
      // Told by the event `error`; the call rings on.
      if (this.#call.status() === 'pending') {
        this.#show('ringing', 'Still ringing', 'Solve the problem above, then answer again.');
        byId('answer').focus();
      }
    }
  }

  sendDigit(digit, notice) {
    try {
      this.#call.sendDigits(digit);
    } catch (error) {
      notice.showError(error);
      return;
    }
    this.#sent = (this.#sent + digit).slice(-MAX_SENT_DIGITS);
    byId('sent-digits').textContent = this.#sent;
  }

  /** Leaves the card as an idle desk. */
  close(outcome) {
    this.leave();
    byId('caller').hidden = true;
    byId('caller-name').textContent = '';
    byId('caller-number').textContent = '';
    byId('caller-trust').hidden = true;
    this.#facts([]);
    const hadFocus = this.#card.contains(document.activeElement);
    this.#show('idle', 'No call', outcome);
    if (hadFocus) {
      this.#title.focus();
    }
  }

  /** Only of a number that is there and was looked at. */
  #trust(call) {
    const { isVerified, number } = call.callerInfo;
    const isKnown = call.direction === 'incoming' && number !== '' && isVerified !== null;
    byId('caller-trust').hidden = !isKnown;
    byId('caller-trust').textContent = isVerified ? 'Number verified' : 'Number not verified';
    byId('caller-trust').dataset.state = isVerified ? 'verified' : 'doubtful';
  }

  #facts(facts) {
    byId('facts').hidden = facts.length === 0;
    byId('facts').replaceChildren(...facts.map(([title, text]) => {
      const row = document.createElement('div');
      const term = document.createElement('dt');
      const value = document.createElement('dd');
      const isolated = document.createElement('bdi');
      term.textContent = title;
      isolated.textContent = text;
      value.append(isolated);
      row.append(term, value);
      return row;
    }));
  }

  #onConnected() {
    this.#showState();
    this.#startTimer();
  }

  #startTimer() {
    this.#stopTimers();
    const startedAt = this.#call.startedAt.getTime();
    const tick = () => {
      byId('timer').textContent = clockText(Date.now() - startedAt);
    };
    tick();
    this.#timers.push(setInterval(tick, 500));
  }

  #stopTimers() {
    this.#timers.forEach(clearInterval);
    this.#timers = [];
  }

  #onSample({ codec, rttMillis, warnings, gateway }) {
    showTrouble(gateway);
    if (codec === null) {
      return;
    }
    const weak = warnings.find((name) => Object.hasOwn(WARNING_TEXTS, name));
    const parts = [weak ? WARNING_TEXTS[weak] : 'Good connection', codec];
    if (rttMillis !== null) {
      parts.push(`${rttMillis} ms`);
    }
    this.#quality(parts.join(' · '), weak !== undefined);
    this.#announceWeak(weak ? WARNING_TEXTS[weak] : '');
  }

  /** Only what changes is spoken, not each reading. */
  #announceWeak(text) {
    if (text !== this.#weak) {
      this.#weak = text;
      byId('quality-said').textContent = text;
    }
  }

  #quality(text, isWeak = false) {
    byId('quality').textContent = text;
    byId('quality').toggleAttribute('data-weak', isWeak);
  }

  #levels(microphone, caller) {
    byId('level-in').value = microphone;
    byId('level-out').value = caller;
  }

  /** What the call is doing, in the words of the card. */
  #showState() {
    const call = this.#call;
    byId('mute').setAttribute('aria-pressed', String(call.isMuted));
    byId('hold').setAttribute('aria-pressed', String(call.isOnHold));
    switch (call.status()) {
      case 'pending':
        this.#show('ringing', 'Incoming call', '');
        break;
      case 'connecting':
      case 'ringing':
        this.#showBeginning();
        break;
      case 'reconnecting':
        this.#showReconnecting();
        break;
      case 'open':
        this.#show('open',
          call.isOnHold ? 'On hold' : call.isHeldByFarSide ? 'Put on hold' : 'In call',
          this.#openNote());
        this.#card.toggleAttribute('data-held', call.isOnHold || call.isHeldByFarSide);
        break;
    }
  }

  #showReconnecting() {
    if (this.#isResumed) {
      this.#show('reconnecting', 'Connecting the audio again…', 'The other side waits with music.');
    } else {
      this.#show('reconnecting', 'Audio interrupted', 'Wait a moment, it may come back.');
    }
  }

  #showBeginning() {
    if (this.#call.direction === 'incoming') {
      this.#show('connecting', 'Connecting the audio…', '');
    } else if (this.#hasEarlyMedia) {
      this.#show('early', 'Not answered yet', 'You hear the other side.');
    } else if (this.#call.status() === 'ringing') {
      this.#show('ringing-there', 'Ringing…', '');
    } else {
      this.#show('calling', 'Calling…', '');
    }
  }

  #openNote() {
    const call = this.#call;
    if (call.isOnHold) {
      return call.isHeldByFarSide ? `${HOLDING_TEXT} They put you on hold, too.` : HOLDING_TEXT;
    }
    return call.isHeldByFarSide ? HELD_TEXT : call.isMuted ? MUTED_TEXT : '';
  }

  #show(state, title, note) {
    this.#card.dataset.state = state;
    this.#card.removeAttribute('data-held');
    this.#title.textContent = title;
    this.#note.textContent = note;
    byId('incoming').hidden = state !== 'ringing';
    const isOutgoing = state === 'calling' || state === 'ringing-there' || state === 'early';
    byId('outgoing').hidden = !isOutgoing;
    byId('in-call').hidden = state === 'ringing' || state === 'idle' || isOutgoing;
    const canSend = state === 'open' || state === 'reconnecting';
    for (const key of byId('keypad').children) {
      key.disabled = !canSend;
    }
  }
}
