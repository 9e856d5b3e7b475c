import { emit, Emitter, forgetListeners, hasListeners } from './emitter.js';
import { failure, microphoneFailure, OffhookError } from './errors.js';
import { LevelMeter } from './level-meter.js';
import { ringbackBuffer } from './ringback.js';
import { Speaker } from './speaker.js';

const VOLUME_INTERVAL_MILLIS = 100;

/** What keeps a page from taking calls, by the error that tells of it. */
const OBSTACLES = { MicrophoneDenied: 'denied', MicrophoneMissing: 'missing' };

/**
 * The microphone, opened once and shared by all calls; each call sends its own clone, so that each
 * is muted by itself. Also the speaker, and the place where sound is measured. Events:
 * `deviceschange` (something was plugged in or out), `input(label)` (another microphone is in use),
 * `output(deviceId)` (another speaker), `volume(level)` (of the open microphone); to the library
 * itself `obstacle` (the microphone could not be opened).
 */
export class DeviceAudio extends Emitter {
  #constraints;
  #deviceId;
  #owner;
  #stream = null;
  #opening = null;
  #openings = 0;
  #obstacle = '';
  #context = null;
  #meter = null;
  #speaker;
  #volumeTimer = 0;

  constructor({ constraints, inputDeviceId, audioElement, owner }) {
    super();
    this.#constraints = {
      echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1,
      ...constraints,
    };
    this.#deviceId = inputDeviceId ?? '';
    this.#owner = owner;
    this.#speaker = new Speaker(audioElement);
    navigator.mediaDevices?.addEventListener('devicechange', this.#onDevices);
  }

  /** The microphones there are; labels are empty until the permission was given. */
  inputDevices() {
    return devicesOf('audioinput');
  }

  /** The speakers there are, as far as the browser tells. */
  outputDevices() {
    return devicesOf('audiooutput');
  }

  /** Id of the chosen speaker; empty: the default one. */
  get outputDevice() {
    return this.#speaker.device;
  }

  /** Whether this browser lets pages choose a speaker. */
  get canSelectOutput() {
    return this.#speaker.isSelectable;
  }

  /** Chooses the speaker, also for running calls and the ringing tone of dialled ones. */
  async setOutputDevice(deviceId) {
    try {
      await this.#speaker.select(deviceId);
      await this.#context?.setSinkId?.(deviceId);
    } catch (thrown) {
      throw thrown instanceof OffhookError ? thrown : failure('SpeakerUnavailable', { cause: thrown });
    }
    this[emit]('output', deviceId);
  }

  /** A call's place at the speaker. */
  line({ onBlocked }) {
    return this.#speaker.line({ onBlocked, onGesture: () => this.resume() });
  }

  /** Id of the chosen microphone; empty: the default one. */
  get inputDevice() {
    return this.#deviceId;
  }

  /** Name of the open microphone; empty while none is open. */
  get inputLabel() {
    return this.#stream?.getAudioTracks()[0]?.label ?? '';
  }

  get isOpen() {
    return this.#stream !== null;
  }

  /** Chooses the microphone; running calls change to it without a gap in their connection. */
  async setInputDevice(deviceId) {
    const before = this.#deviceId;
    this.#deviceId = deviceId;
    if (this.#stream || this.#opening) {
      try {
        await this.#reopen();
      } catch (thrown) {
        this.#deviceId = before;
        throw thrown;
      }
    }
  }

  /** Opens the microphone and asks for permission if there is none yet. */
  async open() {
    if (this.#stream) {
      return;
    }
    await (this.#opening ?? this.#reopen());
  }

  /** Opens the microphone if that needs no question to the user. */
  async openIfAllowed() {
    try {
      const { state } = await navigator.permissions.query({ name: 'microphone' });
      if (state === 'granted') {
        await this.open();
      }
    } catch {
      // Unknown here, or no microphone: accept() asks again and then reports.
    }
  }

  /** Whether somebody asked for the microphone and the browser has not answered yet. */
  get isOpening() {
    return this.#opening !== null;
  }

  /** Why it last could not be opened: `denied`, `missing`, or empty, also once that may be over. */
  get obstacle() {
    return this.#obstacle;
  }

  /** The permission has changed: whoever was refused may not be any more. */
  forgetObstacle() {
    this.#obstacle = '';
  }

  /** Closes the microphone; the browser's recording sign goes off. */
  close() {
    this.#openings++;
    this.#opening = null;
    this.#use(null);
    this.#context?.suspend().catch(() => {});
  }

  /** Level of the microphone, 0 to 1. */
  level() {
    return this.#meter?.read() ?? 0;
  }

  /** Root mean square of the microphone, 0 to 1; null while none is open. */
  rms() {
    return this.#meter?.rms() ?? null;
  }

  on(name, listener) {
    super.on(name, listener);
    if (name === 'volume') {
      this.#watchVolume();
    }
    return this;
  }

  #watchVolume() {
    if (this.#volumeTimer === 0 && this[hasListeners]('volume')) {
      this.#volumeTimer = setInterval(() => {
        if (this.#stream) {
          this[emit]('volume', this.level());
        }
      }, VOLUME_INTERVAL_MILLIS);
    }
  }

  /** A new track of the microphone for one call. */
  track() {
    return this.#stream?.getAudioTracks()[0]?.clone() ?? null;
  }

  meterOf(stream) {
    return new LevelMeter(this.#sharedContext(), stream);
  }

  /** Wakes the measuring after a click or key; browsers let pages start it only then. */
  resume() {
    if (this.#context?.state === 'suspended' && this.#stream) {
      this.#context.resume().catch(() => {});
    }
  }

  dispose() {
    this.close();
    clearInterval(this.#volumeTimer);
    navigator.mediaDevices?.removeEventListener('devicechange', this.#onDevices);
    this.#context?.close().catch(() => {});
    this.#context = null;
    this[forgetListeners]();
  }

  #onDevices = () => {
    this.forgetObstacle();
    this[emit]('deviceschange');
    if (!this.#stream && !this.#opening && this.#owner.isInputWanted()) {
      this.openIfAllowed();
    }
  };

  #reopen() {
    const opening = this.#capture(++this.#openings).finally(() => {
      if (this.#opening === opening) {
        this.#opening = null;
      }
    });
    this.#opening = opening;
    return opening;
  }

  async #capture(turn) {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw failure('BrowserUnsupported');
    }
    let stream;
    try {
      stream = await this.#getUserMedia(this.#deviceId);
    } catch (thrown) {
      const error = microphoneFailure(thrown);
      this.#obstacle = OBSTACLES[error.name] ?? '';
      this[emit]('obstacle');
      throw error;
    }
    this.forgetObstacle();
    if (turn !== this.#openings) {
      stopAll(stream);
      throw failure('InvalidState', { detail: 'The microphone was closed or changed meanwhile.' });
    }
    this.#use(stream);
    this[emit]('input', this.inputLabel);
  }

  async #getUserMedia(deviceId) {
    const audio = { ...this.#constraints };
    if (deviceId === '') {
      return navigator.mediaDevices.getUserMedia({ audio });
    }
    try {
      return await navigator.mediaDevices.getUserMedia(
        { audio: { ...audio, deviceId: { exact: deviceId } } });
    } catch (thrown) {
      if (thrown?.name !== 'OverconstrainedError' && thrown?.name !== 'NotFoundError') {
        throw thrown;
      }
      return navigator.mediaDevices.getUserMedia({ audio });
    }
  }

  #use(stream) {
    const before = this.#stream;
    this.#meter?.close();
    this.#meter = null;
    this.#stream = stream;
    if (stream) {
      stream.getAudioTracks()[0].onended = () => this.#onLost(stream);
      this.#meter = this.meterOf(stream);
      this.resume();
      this.#owner.onInput();
    }
    if (before) {
      stopAll(before);
    }
  }

  async #onLost(stream) {
    if (this.#stream !== stream) {
      return;
    }
    this.#owner.onError(failure('MicrophoneLost'));
    try {
      await this.#reopen();
    } catch (thrown) {
      this.close();
      this[emit]('obstacle'); // Now that it is no longer open.
      this.#owner.onError(thrown);
    }
  }

  /** Sounds like a telephone that rings far away, until the returned function is called. */
  ringback() {
    const context = this.#sharedContext();
    context.resume().catch(() => {});
    const tone = context.createBufferSource();
    tone.buffer = ringbackBuffer(context);
    tone.loop = true;
    tone.connect(context.destination);
    tone.start();
    return () => {
      tone.stop();
      tone.disconnect();
    };
  }

  #sharedContext() {
    if (!this.#context) {
      this.#context = new AudioContext();
      if (this.outputDevice !== '') {
        this.#context.setSinkId?.(this.outputDevice).catch(() => {});
      }
    }
    return this.#context;
  }
}

async function devicesOf(wanted) {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices
    .filter(({ kind, deviceId }) => kind === wanted && deviceId !== '')
    .map(({ deviceId, label }) => ({ deviceId, label }));
}

function stopAll(stream) {
  for (const track of stream.getTracks()) {
    track.onended = null;
    track.stop();
  }
}
