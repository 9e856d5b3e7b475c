/**
 * The agent page: shows what the client library tells and hands clicks and keys to it.
 * Text from outside goes into the page by textContent only.
 */

import { Device, signIn } from '../client/offhook.js';
import { Attention } from './attention.js';
import { clockText, outcomeText, partyOf, partyText } from './call-text.js';
import { CallView } from './call-view.js';
import { Dialler } from './dialler.js';
import { byId, setText } from './dom.js';
import { showElsewhere } from './elsewhere.js';
import { History } from './history.js';
import { remember, remembered, session } from './memory.js';
import { NotePanel } from './note-panel.js';
import { Notice } from './notice.js';
import { OtherCalls } from './other-calls.js';
import { showReach } from './reach.js';
import { RingTone } from './ring-tone.js';
import { SoundPanel } from './sound-panel.js';

const RING_VOLUME_KEY = 'offhook.ring-volume';

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

/** What an idle desk says. */
const IDLE_TEXTS = {
  available: 'Calls will ring here.',
  away: 'You are away: no calls ring here.',
  busy: 'You are busy: no calls ring here.',
  offline: 'Not signed in any more: no calls ring here.',
  unreachable: 'This page cannot take calls now: none ring here.',
  unconnected: 'Not connected: no calls can ring here.',
};

class Page {
  notice = new Notice();
  #sound = new SoundPanel(this.notice);
  #dialler = new Dialler((number) => this.#dial(number));
  #ring = new RingTone();
  #attention = new Attention();
  #history = new History();
  #noted = new NotePanel();
  #device = null;
  #agent = '';
  #current = null;
  #view = null;
  #views = new Map();
  #others = new OtherCalls({
    onTake: (call) => this.#take(call),
    onEnd: (call) => call.disconnect(),
  });
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
    byId('mute').addEventListener('click', () => this.#toggleMute());
    byId('hold').addEventListener('click', () => this.#toggleHold());
    byId('keypad').addEventListener('click', ({ target }) => this.#digit(target.dataset?.digit));
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
      closeProtection: true,
      inputDeviceId: this.#sound.inputDeviceId,
      audioConstraints: raw
        ? { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
        : {},
    });
    device.on('registered', () => this.#onUp());
    device.on('reconnected', () => this.#onUp());
    device.on('reconnecting', () => this.#showConnection());
    device.on('unregistered', () => this.#showConnection());
    device.on('presence', () => {
      this.#showConnection();
      showReach(this.notice, device);
    });
    device.on('incoming', (call) => this.#onIncoming(call));
    device.on('resumed', (call) => this.#onResumed(call));
    device.on('draining', (isDraining) => this.#showDraining(isDraining));
    device.on('elsewhere', () => showElsewhere(device, this.notice));
    device.on('error', (error) => this.#onDeviceError(error));
    this.#sound.follow(device.audio);
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
    this.#dialler.clear();
    this.#history.clear();
    this.#noted.forget();
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
    this.notice.clearIf('connection', 'draining'); // It is said again, if it is still so.
    this.#showConnection();
  }

  #showDraining(isDraining) {
    this.notice.clearIf('draining');
    if (isDraining) {
      this.notice.show('The gateway is being drained: no new calls.',
        ['Calls that run go on.', 'If this stays, ask who runs the gateway.'], 'draining');
    }
  }

  #onDeviceError(error) {
    const isAboutConnection =
      this.#device?.state !== 'registered' && !error.name.startsWith('Microphone');
    this.notice.show(error.message, error.solutions, isAboutConnection ? 'connection' : error.name);
    this.#showConnection();
    const isTokenOver = ['TokenExpired', 'TokenInvalid', 'TokenRevoked'].includes(error.name);
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
      byId('call-note').textContent =
        IDLE_TEXTS[state === 'registered' ? seen : 'unconnected'];
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
        if (!isAwaited(error)) {
          this.notice.showError(error);
          wanted = 'away'; // A caller must not reach someone who cannot be heard.
        }
      } finally {
        clearTimeout(asking);
        this.notice.clearIf('asking');
      }
    }
    if (this.#device !== device) {
      return; // Signed out meanwhile.
    }
    device.setPresence(wanted);
    showReach(this.notice, device);
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
      this.#knock(call);
    } else {
      this.#present(call);
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

  /** A call from before the page was reloaded. */
  #onResumed(call) {
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
    this.#showConnection();
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
      this.#showSignedOutDesk();
    }
  }

  #showSignedOutDesk() {
    if (!byId('sign-in').hidden) {
      byId('desk').hidden = true;
    }
  }

  // Sound

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
        KeyN: () => byId('other-calls').querySelector('button')?.click(),
        KeyC: () => byId('desk').hidden || this.#dialler.focus(),
        KeyA: () => this.#answer(),
        KeyR: () => this.#decline(),
        KeyX: () => this.#current?.status() !== 'pending' && this.#current?.disconnect(),
        KeyM: () => this.#toggleMute(),
        KeyH: () => this.#toggleHold(),
        KeyT: () => byId('in-call').hidden || byId('transfer-to').focus(),
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

/** The gateway knows and lets nothing ring here; calls come once there is a microphone. */
function isAwaited(error) {
  return error.name === 'MicrophoneDenied' || error.name === 'MicrophoneMissing';
}

new Page();
