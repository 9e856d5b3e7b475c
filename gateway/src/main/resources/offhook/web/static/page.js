/**
 * The agent page: shows what the client library tells and hands clicks and keys to it.
 * Text from outside goes into the page by textContent only.
 */

import { Device, signIn } from './client/offhook.js';

const SESSION_KEY = 'offhook.session';
const RING_VOLUME_KEY = 'offhook.ring-volume';
const MICROPHONE_KEY = 'offhook.microphone';
const MAX_HISTORY = 30;
const QUALITY_INTERVAL_MILLIS = 3_000;
const MAX_SENT_DIGITS = 24;

/** Above these a call sounds bad. */
const WEAK_RTT_MILLIS = 400;
const WEAK_JITTER_MILLIS = 30;

const byId = (id) => document.getElementById(id);

const CONNECTION_TEXTS = {
  unregistered: 'Signed out',
  registering: 'Connecting…',
  registered: 'Connected',
  reconnecting: 'Reconnecting…',
};

const PRESENCE_TEXTS = {
  available: 'Available',
  away: 'Away',
  busy: 'Busy',
  offline: 'Not reachable',
  unreachable: 'Not reachable',
};

/** Messages on a call that is over; the next call wipes them. */
const END_NOTICES = [
  'CallEndedByGateway', 'CallEndedByOperator', 'CallLost', 'CallNotPossible', 'MediaFailed',
  'NegotiationFailed',
];

const MUTED_TEXT = 'Muted: the other side does not hear you.';
const HOLDING_TEXT = 'The other side hears music. You do not hear each other.';
const HELD_TEXT = 'The other side put you on hold. Wait, the call goes on.';

const MAX_DIALLED_CHARS = 64;

/** What only mean that the number in the field has to be corrected: said there. */
const NUMBER_ERRORS = ['InvalidArgument', 'BadNumber', 'InCall'];

/** What an idle desk says. */
const IDLE_TEXTS = {
  available: 'Calls will ring here.',
  away: 'You are away: no calls ring here.',
  busy: 'You are busy: no calls ring here.',
  offline: 'Not signed in any more: no calls ring here.',
  unreachable: 'Not connected: no calls can ring here.',
};

// ---------------------------------------------------------------------------------------------
// Pieces of the page
// ---------------------------------------------------------------------------------------------

/** The box at the top that says what went wrong and what to do. One message at a time. */
class Notice {
  #box = byId('message');
  #key = '';

  show(message, solutions = [], key = message) {
    this.#key = key;
    const text = document.createElement('strong');
    text.textContent = message;
    const dismiss = document.createElement('button');
    dismiss.type = 'button';
    dismiss.className = 'quiet';
    dismiss.textContent = 'Dismiss';
    dismiss.addEventListener('click', () => this.clear());
    const children = [text, dismiss];
    if (solutions.length > 0) {
      const list = document.createElement('ul');
      for (const solution of solutions) {
        const item = document.createElement('li');
        item.textContent = solution;
        list.append(item);
      }
      children.push(list);
    }
    this.#box.replaceChildren(...children);
  }

  showError(error) {
    this.show(error.message, error.solutions, error.name);
  }

  clear() {
    this.#key = '';
    this.#box.replaceChildren();
  }

  /** Takes the message away if it is about one of these. */
  clearIf(...keys) {
    if (keys.includes(this.#key)) {
      this.clear();
    }
  }
}

/** A soft two-tone ring, made here: nothing to load, and silent until the browser allows sound. */
class RingTone {
  #context = null;
  #timer = 0;

  get volume() {
    return Number(byId('ring-volume').value) / 10;
  }

  start() {
    this.stop();
    const ring = () => this.chime();
    ring();
    this.#timer = setInterval(ring, 3_000);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    if (this.#context) {
      this.#context.close().catch(() => {});
      this.#context = null;
    }
  }

  /** May this page sound? A reloaded one may not until it is clicked. */
  async isAllowed() {
    const probe = new AudioContext();
    probe.resume().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 500));
    const allowed = probe.state === 'running';
    probe.close().catch(() => {});
    return allowed;
  }

  chime() {
    if (this.volume === 0) {
      return;
    }
    this.#context ??= new AudioContext();
    const context = this.#context;
    context.resume().catch(() => {});
    if (context.state !== 'running' && !navigator.userActivation?.hasBeenActive) {
      return; // Notes queued now would all sound at once later.
    }
    const notes = [[659, 0], [784, 0.22], [659, 0.6], [784, 0.82]];
    for (const [hertz, offsetSeconds] of notes) {
      this.#note(context, hertz, context.currentTime + 0.02 + offsetSeconds);
    }
  }

  #note(context, hertz, startSeconds) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = 'triangle';
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, startSeconds);
    gain.gain.linearRampToValueAtTime(0.35 * this.volume, startSeconds + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0005, startSeconds + 0.5);
    tone.connect(gain).connect(context.destination);
    tone.start(startSeconds);
    tone.stop(startSeconds + 0.55);
  }
}

/** What reaches an agent who looks elsewhere: title, icon, notification. */
class Attention {
  #notification = null;
  #icon = byId('icon');

  ringing(caller) {
    document.title = `Call: ${caller}`;
    this.#icon.href = '/icon-ringing.svg';
    if (globalThis.Notification?.permission === 'granted' && !document.hasFocus()) {
      try {
        this.#notification = new Notification('Incoming call', {
          body: caller, icon: '/icon-ringing.svg', tag: 'offhook-call', requireInteraction: true,
        });
        this.#notification.onclick = () => {
          window.focus();
          this.#notification?.close();
        };
      } catch {
        // Some mobile browsers offer notifications to service workers only.
      }
    }
  }

  calling(party) {
    document.title = `Calling: ${party}`;
    this.#icon.href = '/icon-call.svg';
  }

  inCall(caller) {
    this.#dismiss();
    document.title = `In call: ${caller}`;
    this.#icon.href = '/icon-call.svg';
  }

  idle() {
    this.#dismiss();
    document.title = 'Offhook';
    this.#icon.href = '/icon.svg';
  }

  #dismiss() {
    this.#notification?.close();
    this.#notification = null;
  }
}

/** The calls since the page was opened; kept nowhere else. */
class History {
  #list = byId('history');

  clear() {
    this.#list.replaceChildren();
    byId('history-empty').hidden = false;
  }

  add({ name, number, isWithheld }, outcome, isOutgoing) {
    byId('history-empty').hidden = true;
    const item = document.createElement('li');
    const who = document.createElement('bdi');
    who.textContent = name || number || nobodyText(isWithheld);
    if (isOutgoing) {
      who.textContent = `→ ${who.textContent}`;
    }
    const when = document.createElement('time');
    const now = new Date();
    when.dateTime = now.toISOString();
    when.textContent = now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    const what = document.createElement('span');
    what.className = 'note';
    what.textContent = outcome;
    item.append(who, when);
    if (name && number) {
      const from = document.createElement('bdi');
      from.className = 'number';
      from.textContent = number;
      item.append(from);
    }
    item.append(what);
    this.#list.prepend(item);
    while (this.#list.children.length > MAX_HISTORY) {
      this.#list.lastElementChild.remove();
    }
  }
}

/** The sign-in of this tab; sessionStorage so that a reload does not ask again. */
const session = {
  load() {
    try {
      const stored = JSON.parse(sessionStorage.getItem(SESSION_KEY));
      return stored?.token && stored.expiresAt > Date.now() ? stored : null;
    } catch {
      return null;
    }
  },
  save(value) {
    try {
      sessionStorage.setItem(SESSION_KEY, JSON.stringify(value));
    } catch {
      // Storage is off: a reload asks for the password again.
    }
  },
  clear() {
    try {
      sessionStorage.removeItem(SESSION_KEY);
    } catch {
      // As above.
    }
  },
};

function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}

function clockText(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** The other side: who calls, or who is called. */
function partyOf(call) {
  return call.direction === 'outgoing' ? { name: '', number: call.to } : call.callerInfo;
}

function partyText(call) {
  const { name, number, isWithheld } = partyOf(call);
  return name || number || nobodyText(isWithheld);
}

function nobodyText(isWithheld) {
  return isWithheld ? 'Withheld number' : 'Unknown caller';
}

/** Why a call went on, by the words of RFC 5806. */
const DIVERSION_REASONS = {
  'user-busy': 'busy',
  'no-answer': 'no answer',
  unavailable: 'not reachable',
  unconditional: 'always',
  'time-of-day': 'time of day',
  'do-not-disturb': 'do not disturb',
  deflection: 'passed on',
  'follow-me': 'follow me',
  'out-of-service': 'out of service',
  away: 'away',
};

function diversionText({ name, number, reason }) {
  const who = [name, number].filter((part) => part !== '').join(' ') || 'withheld';
  const why = Object.hasOwn(DIVERSION_REASONS, reason) ? ` (${DIVERSION_REASONS[reason]})` : '';
  return `${who}${why}`;
}

/** What is known of a call besides who calls, as pairs of a title and a text. */
function factsOf(call) {
  const facts = [];
  if (call.direction === 'incoming' && call.to !== '') {
    facts.push(['Called', call.to]);
  }
  for (const diversion of call.diversions) {
    facts.push(['Diverted from', diversionText(diversion)]);
  }
  if (call.userToUser) {
    facts.push(['Message', call.userToUser.text || call.userToUser.data]);
  }
  return [...facts, ...call.customParameters];
}

/** Why a call is over, in a sentence. */
function outcomeText(call, event, cause) {
  if (event === 'reject') {
    return 'Declined';
  }
  if (cause.text && cause.by !== 'page') {
    return cause.text;
  }
  if (event === 'cancel') {
    return cause.by === 'caller' ? 'Missed: the caller gave up' : 'Missed';
  }
  const isOutgoing = call.direction === 'outgoing';
  if (isOutgoing && cause.reason === 'cancelled') {
    return 'You gave up';
  }
  const texts = {
    caller: isOutgoing ? 'You hung up' : 'The caller hung up',
    callee: isOutgoing ? 'The other side hung up' : 'You hung up',
    gateway: 'Ended by the gateway',
    operator: 'Ended by an operator',
    page: 'Ended by a failure',
  };
  return texts[cause.by] ?? 'Call ended';
}

// ---------------------------------------------------------------------------------------------
// The call on the screen
// ---------------------------------------------------------------------------------------------

/** Shows one call and lets go of it when it is over. */
class CallView {
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
    byId('hold').setAttribute('aria-pressed', 'false');
    byId('hold').textContent = 'Hold';
    if (isOutgoing) {
      this.#show('calling', 'Calling…', '');
      call.on('ringing', () => this.#show('ringing-there', 'Ringing…', ''));
      call.on('progress', () => this.#show('early', 'Not answered yet', 'You hear the other side.'));
    } else {
      this.#show('ringing', 'Incoming call', '');
      call.on('accept', () => this.#show('connecting', 'Connecting the audio…', ''));
    }
    call.on('connected', () => this.#onConnected());
    call.on('transfer', (info) => this.#onTransfer(info));
    call.on('party', (party) => this.#onParty(party));
    byId('transfer-to').value = '';
    this.#onTransfer(call.transferInfo);
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

  #onConnected() {
    this.#showOpen();
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
    byId('hold').textContent = this.#call.isOnHold ? 'Take up again' : 'Hold';
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

// ---------------------------------------------------------------------------------------------
// The page
// ---------------------------------------------------------------------------------------------

class Page {
  notice = new Notice();
  #ring = new RingTone();
  #attention = new Attention();
  #history = new History();
  #device = null;
  #agent = '';
  #current = null;
  #view = null;
  #outcome = '';
  #expiryTimer = 0;

  constructor() {
    byId('sign-in-form').addEventListener('submit', (event) => this.#onSignIn(event));
    byId('sign-out').addEventListener('click', () => this.#signOut());
    byId('presence').addEventListener('click', () => this.#togglePresence());
    byId('answer').addEventListener('click', () => this.#answer());
    byId('decline').addEventListener('click', () => this.#decline());
    byId('hang-up').addEventListener('click', () => this.#current?.disconnect());
    byId('transfer-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#view?.transfer(false);
    });
    byId('transfer-ask').addEventListener('click', () => this.#view?.transfer(true));
    byId('transfer-complete').addEventListener('click', () => this.#view?.completeTransfer());
    byId('transfer-cancel').addEventListener('click', () => this.#view?.cancelTransfer());
    byId('give-up').addEventListener('click', () => this.#current?.disconnect());
    byId('dial-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#dial();
    });
    byId('dial-number').addEventListener('input', () => this.#sayOfNumber(''));
    byId('dial-pad-toggle').addEventListener('click', () => this.#toggleDialPad());
    byId('dial-pad').addEventListener('click', ({ target }) => this.#typeNumber(target));
    byId('mute').addEventListener('click', () => this.#toggleMute());
    byId('hold').addEventListener('click', () => this.#toggleHold());
    byId('keypad').addEventListener('click', ({ target }) => this.#digit(target.dataset?.digit));
    byId('microphone').addEventListener('change', ({ target }) => this.#chooseMicrophone(target.value));
    byId('ring-volume').addEventListener('change', ({ target }) => {
      remember(RING_VOLUME_KEY, target.value);
      if (!this.#current) {
        this.#ring.chime();
      }
    });
    byId('ring-volume').value = remembered(RING_VOLUME_KEY) ?? '6';
    byId('notify').addEventListener('click', () => this.#allowNotifications());
    byId('notify').hidden = globalThis.Notification?.permission !== 'default';
    document.addEventListener('keydown', (event) => this.#onKey(event));
    window.addEventListener('beforeunload', (event) => {
      if (this.#current && this.#current.status() !== 'pending') {
        event.preventDefault();
      }
    });
    for (const gesture of ['pointerdown', 'keydown']) {
      document.addEventListener(gesture, () => this.#onGesture());
    }
    const stored = session.load();
    if (stored) {
      this.#enter(stored);
      this.#askForGesture();
    } else {
      this.#showSignIn();
    }
  }

  // Signing in and out

  async #onSignIn(event) {
    event.preventDefault();
    const button = byId('sign-in-button');
    if (button.disabled) {
      return;
    }
    button.disabled = true;
    button.textContent = 'Signing in…';
    try {
      const granted = await signIn(byId('sign-in-name').value.trim(), byId('sign-in-password').value);
      const lifetimeMillis = (granted.expiresInSeconds || 3_600) * 1_000;
      const entry = {
        token: granted.token,
        agent: granted.agent,
        displayName: granted.displayName,
        expiresAt: Date.now() + lifetimeMillis,
        presence: this.#device?.presence ?? 'away',
      };
      byId('sign-in-password').value = '';
      this.notice.clear();
      session.save(entry);
      this.#enter(entry);
      byId('presence').focus();
    } catch (error) {
      this.notice.showError(error);
      byId('sign-in-password').select();
    } finally {
      button.disabled = false;
      button.textContent = 'Sign in';
    }
  }

  /** Goes to work; a device whose sign-in ran out goes on with the new token and its calls. */
  #enter(entry) {
    this.#hideSignIn();
    byId('agent-name').textContent = entry.displayName;
    clearTimeout(this.#expiryTimer);
    this.#expiryTimer = setTimeout(() => this.#onExpiry(), Math.max(0, entry.expiresAt - Date.now()));
    if (this.#device && this.#agent !== entry.agent) {
      this.#dropDevice();
      this.#forgetAgent();
    }
    this.#agent = entry.agent;
    if (this.#device) {
      this.#device.updateToken(entry.token);
    } else {
      this.#device = this.#makeDevice(entry);
    }
    this.#showConnection();
    this.#device.register().then(() => this.#showConnection(), () => {}); // Told by `error`.
  }

  #makeDevice(entry) {
    const raw = new URLSearchParams(location.search).has('raw-audio');
    const device = new Device(entry.token, {
      audioElement: byId('remote-audio'),
      presence: entry.presence,
      inputDeviceId: remembered(MICROPHONE_KEY) ?? '',
      audioConstraints: raw
        ? { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
        : {},
    });
    device.on('registered', () => this.#onUp());
    device.on('reconnected', () => this.#onUp());
    device.on('reconnecting', () => this.#showConnection());
    device.on('unregistered', () => this.#showConnection());
    device.on('presence', () => this.#showConnection());
    device.on('incoming', (call) => this.#onIncoming(call));
    device.on('error', (error) => this.#onDeviceError(error));
    device.audio.on('devices', () => this.#listMicrophones());
    device.audio.on('input', () => this.#listMicrophones());
    this.#listMicrophones(device);
    return device;
  }

  #signOut() {
    const inCall = this.#current && this.#current.status() !== 'pending';
    if (inCall && !window.confirm('Hang up and sign out?')) {
      return;
    }
    session.clear();
    this.#dropDevice();
    this.#forgetAgent();
    this.notice.clear();
    this.#showSignIn();
  }

  #dropDevice() {
    clearTimeout(this.#expiryTimer);
    this.#device?.destroy();
    this.#device = null;
  }

  /** What one agent saw is not for the next one at this desk. */
  #forgetAgent() {
    byId('dial-number').value = '';
    this.#sayOfNumber('');
    this.#history.clear();
    this.#outcome = '';
    byId('announce').textContent = '';
  }

  #onExpiry() {
    session.clear();
    this.notice.show('Your sign-in has expired.',
      ['Sign in again to take further calls. A running call goes on.'], 'expired');
    this.#showSignIn();
  }

  /** With a call on the screen the desk stays below the form. */
  #showSignIn() {
    byId('sign-in').hidden = false;
    byId('desk').hidden = this.#current === null;
    byId('sign-out').hidden = true;
    if (this.#current === null) {
      byId('agent-name').textContent = '';
    }
    byId('sign-in-name').value ||= this.#agent;
    this.#showConnection();
    byId(byId('sign-in-name').value === '' ? 'sign-in-name' : 'sign-in-password').focus();
  }

  #hideSignIn() {
    byId('sign-in').hidden = true;
    byId('desk').hidden = false;
    byId('sign-out').hidden = false;
  }

  // Connection and availability

  #onUp() {
    this.notice.clearIf('connection');
    this.#showConnection();
  }

  #onDeviceError(error) {
    const isAboutConnection =
      this.#device?.state !== 'registered' && !error.name.startsWith('Microphone');
    this.notice.show(error.message, error.solutions, isAboutConnection ? 'connection' : error.name);
    this.#showConnection();
    const isTokenOver = error.name === 'TokenExpired' || error.name === 'TokenInvalid';
    if (this.#device && (this.#device.state === 'unregistered' || isTokenOver)) {
      session.clear(); // Refused: only a new sign-in helps.
      this.#showSignIn();
    }
  }

  #showConnection() {
    const state = this.#device?.state ?? 'unregistered';
    byId('connection').dataset.state = state;
    setText('connection', CONNECTION_TEXTS[state]);
    const wanted = this.#device?.presence ?? 'away';
    const seen = state === 'registered' ? this.#device.gatewayPresence : 'unreachable';
    byId('presence').setAttribute('aria-checked', String(wanted === 'available'));
    byId('presence-state').dataset.state = seen;
    setText('presence-state', PRESENCE_TEXTS[seen]);
    if (!this.#current && this.#outcome === '') {
      byId('call-note').textContent = IDLE_TEXTS[seen];
    }
  }

  async #togglePresence() {
    const device = this.#device;
    if (!device) {
      return;
    }
    let wanted = device.presence === 'available' ? 'away' : 'available';
    this.#outcome = '';
    if (wanted === 'available' && !device.audio.isOpen) {
      const asking = setTimeout(() => this.notice.show('The browser asks for the microphone.',
        ['Choose "Allow" so that callers can hear you.'], 'asking'), 400);
      try {
        await device.audio.open();
        this.notice.clearIf(
          'MicrophoneDenied', 'MicrophoneMissing', 'MicrophoneBusy', 'InvalidState');
      } catch (error) {
        this.notice.showError(error);
        wanted = 'away'; // A caller must not reach someone who cannot be heard.
      } finally {
        clearTimeout(asking);
        this.notice.clearIf('asking');
      }
    }
    if (this.#device !== device) {
      return; // Signed out meanwhile.
    }
    device.setPresence(wanted);
    const entry = session.load();
    if (entry) {
      session.save({ ...entry, presence: wanted });
    }
    this.#showConnection();
  }

  // Calls

  #onIncoming(call) {
    this.#follow(call);
    call.on('error', (error) => this.notice.showError(error));
    if (this.#current) {
      return; // Shown when the one on the screen is over.
    }
    this.#present(call);
  }

  #follow(call) {
    const over = (event) => (cause) => this.#onOver(call, event, cause);
    call.on('disconnect', over('disconnect'));
    call.on('cancel', over('cancel'));
    call.on('reject', over('reject'));
    call.on('connected', () => {
      if (call === this.#current) {
        this.#attention.inCall(partyText(call));
        byId('announce').textContent = 'In call';
      }
    });
  }

  async #dial() {
    const device = this.#device;
    const field = byId('dial-number');
    const button = byId('dial-button');
    const number = field.value.trim();
    if (!device || button.disabled) {
      return;
    }
    if (number === '') {
      this.#sayOfNumber('Type the number, or the name of an agent, that you want to call.');
      field.focus();
      return;
    }
    if (this.#current) {
      this.#sayOfNumber('You are in a call already. End that call first.');
      return;
    }
    this.#sayOfNumber('');
    this.notice.clearIf(...END_NOTICES);
    button.disabled = true;
    const asking = setTimeout(() => this.notice.show('The browser asks for the microphone.',
      ['Choose "Allow" so that the other side can hear you.'], 'asking'), 400);
    try {
      const call = await device.connect({ to: number });
      this.notice.clearIf('MicrophoneDenied', 'MicrophoneMissing', 'MicrophoneBusy');
      if (device !== this.#device || this.#current) {
        call.disconnect(); // Signed out, or a call came, while the browser asked.
        return;
      }
      this.#presentOutgoing(call);
    } catch (error) {
      this.#onDialError(error);
    } finally {
      clearTimeout(asking);
      this.notice.clearIf('asking');
      button.disabled = false;
    }
  }

  #presentOutgoing(call) {
    this.#current = call;
    this.#outcome = '';
    this.#view = new CallView(call, this);
    this.#follow(call);
    call.on('error', (error) => this.#onDialError(error));
    const party = partyText(call);
    this.#attention.calling(party);
    byId('announce').textContent = `Calling ${party}. Alt X hangs up.`;
    call.on('ringing', () => {
      byId('announce').textContent = 'It rings';
    });
    call.on('accept', () => {
      byId('dial-number').value = '';
    });
    byId('give-up').focus();
  }

  /** What is wrong with the number is said at the number. */
  #onDialError(error) {
    if (NUMBER_ERRORS.includes(error.name)) {
      this.#sayOfNumber([error.message, ...error.causes.slice(0, 1).map(sentence)].join(' '));
      byId('dial-number').focus();
    } else {
      this.notice.showError(error);
    }
  }

  #sayOfNumber(text) {
    setText('dial-note', text);
    byId('dial-number').toggleAttribute('aria-invalid', false);
    if (text !== '') {
      byId('dial-number').setAttribute('aria-invalid', 'true');
    }
  }

  #toggleDialPad() {
    const pad = byId('dial-pad');
    pad.hidden = !pad.hidden;
    byId('dial-pad-toggle').setAttribute('aria-expanded', String(!pad.hidden));
  }

  #typeNumber(key) {
    const field = byId('dial-number');
    if (key.id === 'dial-erase') {
      field.value = field.value.slice(0, -1);
    } else if (key.dataset?.digit && field.value.length < MAX_DIALLED_CHARS) {
      field.value += key.dataset.digit;
    }
    this.#sayOfNumber('');
  }

  #present(call) {
    this.notice.clearIf(...END_NOTICES);
    this.#current = call;
    this.#outcome = '';
    this.#view = new CallView(call, this);
    const caller = partyText(call);
    this.#attention.ringing(caller);
    this.#ring.start();
    byId('announce').textContent = `Incoming call from ${caller}. Alt A answers, Alt R declines.`;
  }

  async #answer() {
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

  #decline() {
    if (this.#current?.status() === 'pending') {
      this.#current.reject();
    }
  }

  #toggleMute() {
    if (this.#current && this.#current.status() !== 'pending') {
      this.#current.mute(!this.#current.isMuted);
    }
  }

  #toggleHold() {
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

  #digit(digit) {
    if (digit && this.#current) {
      this.#view.sendDigit(digit, this.notice);
    }
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
    if (call !== this.#current) {
      return;
    }
    this.#ring.stop();
    this.#attention.idle();
    this.#current = null;
    this.#outcome = outcome + lasted;
    this.#view.close(this.#outcome);
    this.#view = null;
    byId('announce').textContent = outcome;
    this.#showConnection();
    const next = this.#device?.calls.find((waiting) => waiting.status() === 'pending');
    if (next) {
      this.#present(next);
    } else if (!byId('sign-in').hidden) {
      byId('desk').hidden = true;
    }
  }

  // Sound

  async #listMicrophones(device = this.#device) {
    const list = byId('microphone');
    const found = (await device?.audio.inputDevices().catch(() => [])) ?? [];
    if (device !== this.#device) {
      return;
    }
    const option = (value, text) => {
      const item = document.createElement('option');
      item.value = value;
      item.textContent = text;
      return item;
    };
    const named = found.filter(({ deviceId, label }) => label !== '' && deviceId !== 'default');
    list.replaceChildren(option('', 'Default microphone'),
      ...named.map(({ deviceId, label }) => option(deviceId, label)));
    list.value = named.some(({ deviceId }) => deviceId === device.audio.inputDevice)
      ? device.audio.inputDevice
      : '';
  }

  async #chooseMicrophone(deviceId) {
    const device = this.#device;
    try {
      await device?.audio.setInputDevice(deviceId);
      remember(MICROPHONE_KEY, deviceId);
      this.notice.clearIf('MicrophoneBusy', 'MicrophoneMissing', 'MicrophoneLost');
    } catch (error) {
      this.notice.showError(error);
      this.#listMicrophones();
    }
  }

  async #askForGesture() {
    if (!await this.#ring.isAllowed() && !navigator.userActivation?.hasBeenActive) {
      this.notice.show('The browser keeps this page silent until you use it.',
        ['Click anywhere, so that calls ring aloud.'], 'silent');
    }
  }

  #onGesture() {
    this.#device?.audio.resume();
    this.notice.clearIf('silent', 'PlaybackBlocked');
  }

  async #allowNotifications() {
    await Notification.requestPermission();
    byId('notify').hidden = Notification.permission !== 'default';
  }

  // Keyboard

  #onKey(event) {
    const { altKey, ctrlKey, metaKey, shiftKey, code, key, repeat, target } = event;
    if (repeat || ctrlKey || metaKey) {
      return; // Also AltGr, which is Ctrl and Alt.
    }
    if (altKey && !shiftKey) {
      const action = {
        KeyC: () => byId('desk').hidden || byId('dial-number').focus(),
        KeyA: () => this.#answer(),
        KeyR: () => this.#decline(),
        KeyX: () => this.#current?.status() !== 'pending' && this.#current?.disconnect(),
        KeyM: () => this.#toggleMute(),
        KeyT: () => byId('in-call').hidden || byId('transfer-to').focus(),
        KeyH: () => this.#toggleHold(),
        KeyP: () => byId('desk').hidden || this.#togglePresence(),
      }[code];
      if (action) {
        event.preventDefault();
        action();
      }
    } else if (!altKey && /^[0-9*#]$/.test(key) && !target.closest?.('input, select, textarea')
      && !byId('in-call').hidden) {
      event.preventDefault();
      this.#digit(key);
    }
  }
}

function sentence(text) {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return start.endsWith('.') ? start : `${start}.`;
}

/** Live regions speak at each change: the same text is not written again. */
function setText(id, text) {
  if (byId(id).textContent !== text) {
    byId(id).textContent = text;
  }
}

new Page();
