import { CallQuality } from './call-quality.js';
import { emit, hasListeners } from './emitter.js';

const VOLUME_INTERVAL_MILLIS = 100;

/** How one call sounds: its levels, the event `volume`, statistics and warnings. */
export class CallSound {
  #call;
  #microphone;
  #audio;
  #isQuiet;
  #quality;
  #volumeTimer = 0;
  #hasStood = false;

  /**
   * @param microphone the DeviceAudio
   * @param audio the CallAudio
   * @param isQuiet whether a constant level is no wonder now
   * @param tell sends a message about the call if the gateway can hear it
   */
  constructor({ call, microphone, audio, clock, isQuiet, tell }) {
    this.#call = call;
    this.#microphone = microphone;
    this.#audio = audio;
    this.#isQuiet = isQuiet;
    this.#quality = new CallQuality({ call, clock, read: () => this.#reading(), tell });
  }

  /** Level of the own microphone, 0 to 1; 0 while muted. */
  localLevel() {
    return this.#call.status() === 'closed' || this.#call.isMuted ? 0 : this.#microphone.level();
  }

  /** Level of what the far side says, 0 to 1. */
  remoteLevel() {
    return this.#audio.level();
  }

  get warnings() {
    return this.#quality.warnings;
  }

  async stats() {
    const { rmsIn, rmsOut, ...reading } = await this.#reading();
    const { lossPercent = null, averageLossPercent = null, mos = null } =
      this.#quality.sample ?? {};
    return {
      ...reading, lossPercent, averageLossPercent, mos, gateway: this.#quality.gateway,
      warnings: this.#quality.warnings,
    };
  }

  /** What the gateway measures. */
  onMessage(message) {
    this.#quality.onMessage(message);
  }

  /** Both sides hear each other. */
  start() {
    this.#hasStood = true;
    this.watchVolume();
    this.#quality.start();
  }

  /** Fires `volume` from now on, if somebody listens and there is something to hear. */
  watchVolume() {
    if (this.#volumeTimer === 0 && this.#hasStood && this.#call[hasListeners]('volume')) {
      this.#volumeTimer = setInterval(
        () => this.#call[emit]('volume', this.localLevel(), this.remoteLevel()),
        VOLUME_INTERVAL_MILLIS);
    }
  }

  stop() {
    this.#quality.stop();
    this.#hasStood = false;
    clearInterval(this.#volumeTimer);
  }

  /** Levels are null where a constant one is no wonder. */
  async #reading() {
    const measured = await this.#audio.stats();
    const isQuiet = this.#isQuiet();
    return {
      ...measured,
      levelIn: this.localLevel(),
      levelOut: this.remoteLevel(),
      rmsIn: this.#call.isMuted || isQuiet ? null : this.#microphone.rms(),
      rmsOut: isQuiet ? null : this.#audio.rms(),
    };
  }
}
