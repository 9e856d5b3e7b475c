import { clockText, factsOf, partyOf, partyText } from './call-text.js';
import { byId } from './dom.js';

const QUALITY_INTERVAL_MILLIS = 3_000;
const MAX_SENT_DIGITS = 24;

/** Above these a call sounds bad. */
const WEAK_RTT_MILLIS = 400;
const WEAK_JITTER_MILLIS = 30;

const MUTED_TEXT = 'Muted: the other side does not hear you.';
const HOLDING_TEXT = 'The other side hears music. You do not hear each other.';
const HELD_TEXT = 'The other side put you on hold. Wait, the call goes on.';

/** Shows one call and lets go of it when it is over. */
export class CallView {
  #call;
  #card = byId('call');
  #title = byId('call-title');
  #note = byId('call-note');
  #timers = [];
  #sent = '';

  constructor(call, page) {
    this.#call = call;
    byId('caller').hidden = false;
    const { name, number } = partyOf(call);
    byId('caller-name').textContent = name;
    byId('caller-number').textContent = number || (name ? '' : partyText(call));
    this.#trust(call);
    this.#facts(factsOf(call));
    const isOutgoing = call.direction === 'outgoing';
    byId('far-side').textContent = isOutgoing ? 'They' : 'Caller';
    byId('far-side-pressed').textContent = isOutgoing ? 'They pressed' : 'Caller pressed';
    byId('sent-digits').textContent = '–';
    byId('last-digit').textContent = '–';
    byId('timer').textContent = '0:00';
    this.#quality('');
    this.#levels(0, 0);
    this.#muted(call.isMuted);
    byId('hold').setAttribute('aria-pressed', String(call.isOnHold));
    if (call.startedAt) {
      this.#showResumed();
    } else if (isOutgoing) {
      this.#show('calling', 'Calling…', '');
      call.on('ringing', () => this.#show('ringing-there', 'Ringing…', ''));
      call.on('progress', () => this.#show('early', 'Not answered yet', 'You hear the other side.'));
    } else {
      this.#show('ringing', 'Incoming call', '');
      call.on('accept', () => this.#show('connecting', 'Connecting the audio…', ''));
    }
    if (isOutgoing && call.status() === 'ringing') {
      this.#show('ringing-there', 'Ringing…', '');
    }
    call.on('connected', () => this.#onConnected());
    call.on('transfer', (info) => this.#onTransfer(info));
    call.on('party', (party) => this.#onParty(party));
    byId('transfer-to').value = '';
    this.#onTransfer({ ...call.transferInfo, text: '' });
    call.on('reconnecting', (error) => {
      this.#show('reconnecting', 'Audio interrupted', 'Wait a moment, it may come back.');
      page.notice.showError(error);
    });
    call.on('reconnected', () => {
      this.#showOpen();
      page.notice.clearIf('MediaInterrupted');
    });
    call.on('mute', (muted) => this.#muted(muted));
    call.on('hold', () => this.#held());
    call.on('digit', (digit) => {
      byId('last-digit').textContent = digit;
    });
    call.on('volume', (microphone, caller) => this.#levels(microphone, caller));
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
    this.#timers.forEach(clearInterval);
    this.#timers = [];
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

  /** The page was reloaded during the call. */
  #showResumed() {
    byId('last-digit').textContent = this.#call.digitsReceived.slice(-1) || '–';
    this.#count();
    this.#show('reconnecting', 'Connecting the audio again…', 'The other side waits with music.');
  }

  #onConnected() {
    this.#showOpen();
    this.#count();
  }

  #count() {
    const startedAt = this.#call.startedAt.getTime();
    this.#timers.push(
      setInterval(() => {
        byId('timer').textContent = clockText(Date.now() - startedAt);
      }, 500),
      setInterval(() => this.#readQuality(), QUALITY_INTERVAL_MILLIS));
  }

  async #readQuality() {
    const { codec, rttMillis, jitterMillis } = await this.#call.getStats();
    if (this.#call.status() === 'closed' || codec === null) {
      return;
    }
    const isWeak = rttMillis > WEAK_RTT_MILLIS || jitterMillis > WEAK_JITTER_MILLIS;
    const parts = [isWeak ? 'Weak connection' : 'Good connection', codec];
    if (rttMillis !== null) {
      parts.push(`${rttMillis} ms`);
    }
    this.#quality(parts.join(' · '), isWeak);
  }

  #quality(text, isWeak = false) {
    byId('quality').textContent = text;
    byId('quality').toggleAttribute('data-weak', isWeak);
  }

  #levels(microphone, caller) {
    byId('level-in').value = microphone;
    byId('level-out').value = caller;
  }

  #muted(muted) {
    byId('mute').setAttribute('aria-pressed', String(muted));
    if (this.#call.status() === 'open') {
      this.#note.textContent = this.#openNote();
    }
  }

  #held() {
    byId('hold').setAttribute('aria-pressed', String(this.#call.isOnHold));
    if (this.#call.status() === 'open') {
      this.#showOpen();
    }
  }

  #showOpen() {
    const call = this.#call;
    const title = call.isOnHold ? 'On hold' : call.isHeldByFarSide ? 'Put on hold' : 'In call';
    this.#show('open', title, this.#openNote());
    this.#card.toggleAttribute('data-held', call.isOnHold || call.isHeldByFarSide);
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
