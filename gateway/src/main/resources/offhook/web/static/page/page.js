/**
 * The agent page: signs in, shows what the client library tells and hands clicks and keys to it.
 * Text from outside goes into the page by textContent only.
 */

import { Device, signIn } from '../client/offhook.js';
import { preparedPresence, showAvailability } from './availability.js';
import { Desk } from './desk.js';
import { byId } from './dom.js';
import { showElsewhere } from './elsewhere.js';
import { watchKeys } from './keyboard.js';
import { session } from './memory.js';
import { Notice } from './notice.js';
import { showReach } from './reach.js';
import { SoundPanel } from './sound-panel.js';

class Page {
  #notice = new Notice();
  #sound = new SoundPanel(this.#notice);
  #device = null;
  #agent = '';
  #desk = new Desk(this.#notice, {
    device: () => this.#device,
    onOver: () => this.#showConnection(),
    onEmpty: () => this.#showSignedOutDesk(),
  });
  #expiryTimer = 0;

  constructor() {
    byId('sign-in-form').addEventListener('submit', (event) => this.#onSignIn(event));
    byId('sign-out').addEventListener('click', () => this.#signOut());
    byId('presence').addEventListener('click', () => this.#togglePresence());
    byId('notify').addEventListener('click', () => this.#allowNotifications());
    byId('notify').hidden = globalThis.Notification?.permission !== 'default';
    this.#watchKeys();
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
      this.#notice.clear();
      session.save(entry);
      this.#enter(entry);
      byId('presence').focus();
    } catch (error) {
      this.#notice.showError(error);
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
      this.#desk.forgetAgent();
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
      showReach(this.#notice, device);
    });
    device.on('incoming', (call) => this.#desk.incoming(call));
    device.on('resumed', (call) => this.#desk.resumed(call));
    device.on('draining', (isDraining) => this.#showDraining(isDraining));
    device.on('elsewhere', () => showElsewhere(device, this.#notice));
    device.on('error', (error) => this.#onDeviceError(error));
    this.#sound.follow(device.audio);
    return device;
  }

  #signOut() {
    if (this.#desk.isTalking && !window.confirm('Hang up and sign out?')) {
      return;
    }
    session.clear();
    this.#dropDevice();
    this.#desk.forgetAgent();
    this.#notice.clear();
    this.#showSignIn();
  }

  #dropDevice() {
    clearTimeout(this.#expiryTimer);
    this.#device?.destroy();
    this.#device = null;
  }

  #onExpiry() {
    session.clear();
    this.#notice.show('Your sign-in has expired.',
      ['Sign in again to take further calls. A running call goes on.'], 'expired');
    this.#showSignIn();
  }

  /** With a call on the screen the desk stays below the form. */
  #showSignIn() {
    byId('sign-in').hidden = false;
    byId('desk').hidden = this.#desk.current === null;
    byId('sign-out').hidden = true;
    if (this.#desk.current === null) {
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
    this.#notice.clearIf('connection', 'draining'); // It is said again, if it is still so.
    this.#showConnection();
  }

  #showDraining(isDraining) {
    this.#notice.clearIf('draining');
    if (isDraining) {
      this.#notice.show('The gateway is being drained: no new calls.',
        ['Calls that run go on.', 'If this stays, ask who runs the gateway.'], 'draining');
    }
  }

  #onDeviceError(error) {
    const isTokenOver = ['TokenExpired', 'TokenInvalid', 'TokenRevoked'].includes(error.name);
    // A token that is over is told on the open socket, and once more when that is closed for it.
    const isAboutConnection = isTokenOver
      || (this.#device?.state !== 'registered' && !error.name.startsWith('Microphone'));
    this.#notice.show(error.message, error.solutions, isAboutConnection ? 'connection' : error.name);
    this.#showConnection();
    if (this.#device && (this.#device.state === 'unregistered' || isTokenOver)) {
      session.clear(); // Refused: only a new sign-in helps.
      this.#showSignIn();
    }
  }

  #showConnection() {
    const idleText = showAvailability(this.#device);
    if (!this.#desk.current && this.#desk.outcome === '') {
      byId('call-note').textContent = idleText;
    }
  }

  async #togglePresence() {
    const device = this.#device;
    if (!device) {
      return;
    }
    let wanted = device.presence === 'available' ? 'away' : 'available';
    this.#desk.forgetOutcome();
    if (wanted === 'available' && !device.audio.isOpen) {
      wanted = await preparedPresence(device, this.#notice);
    }
    if (this.#device !== device) {
      return; // Signed out meanwhile.
    }
    device.setPresence(wanted);
    showReach(this.#notice, device);
    const entry = session.load();
    if (entry) {
      session.save({ ...entry, presence: wanted });
    }
    this.#showConnection();
  }

  // Sound and keys

  async #askForGesture() {
    if (!await this.#desk.canRing() && !navigator.userActivation?.hasBeenActive) {
      this.#notice.show('The browser keeps this page silent until you use it.',
        ['Click anywhere, so that calls ring aloud.'], 'silent');
    }
  }

  #onGesture() {
    this.#device?.audio.resume();
    this.#notice.clearIf('silent', 'PlaybackBlocked');
  }

  async #allowNotifications() {
    await Notification.requestPermission();
    byId('notify').hidden = Notification.permission !== 'default';
  }

  #watchKeys() {
    const desk = this.#desk;
    watchKeys({
      KeyN: () => byId('other-calls').querySelector('button')?.click(),
      KeyC: () => byId('desk').hidden || desk.focusDialler(),
      KeyA: () => desk.answer(),
      KeyR: () => desk.decline(),
      KeyX: () => desk.end(),
      KeyM: () => desk.toggleMute(),
      KeyH: () => desk.toggleHold(),
      KeyT: () => byId('in-call').hidden || byId('transfer-to').focus(),
      KeyP: () => byId('desk').hidden || this.#togglePresence(),
    }, (digit) => desk.digit(digit));
  }

  #showSignedOutDesk() {
    if (!byId('sign-in').hidden) {
      byId('desk').hidden = true;
    }
  }
}

new Page();
