/**
 * The agent page: shows what the client library tells and hands clicks and keys to it.
 * Text from outside goes into the page by textContent only.
 */

import { Device, signIn } from '../client/offhook.js';
import { Attention } from './attention.js';
import { clockText, outcomeText, partyOf, partyText } from './call-text.js';
import { CallView } from './call-view.js';
import { byId, setText } from './dom.js';
import { History } from './history.js';
import { remember, remembered, session } from './memory.js';
import { Notice } from './notice.js';
import { RingTone } from './ring-tone.js';

const RING_VOLUME_KEY = 'offhook.ring-volume';
const MICROPHONE_KEY = 'offhook.microphone';

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
    device.on('resumed', (call) => this.#onResumed(call));
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

  /** A call from before the page was reloaded. */
  #onResumed(call) {
    this.#follow(call);
    call.on('error', (error) => this.notice.showError(error));
    if (this.#current) {
      return;
    }
    this.#current = call;
    this.#outcome = '';
    this.#view = new CallView(call, this);
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

function sentence(text) {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return start.endsWith('.') ? start : `${start}.`;
}

new Page();
