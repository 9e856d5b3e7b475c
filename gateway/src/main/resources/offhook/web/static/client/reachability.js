/**
 * Says to the gateway every few seconds that this page is awake, and whether it has a microphone.
 * The Clock's worker asks, and the page's main thread answers: the thread that would ring. A page
 * that is frozen says nothing, and the gateway offers its agent no calls.
 */
export class Reachability {
  #clock;
  #audio;
  #send;
  #microphone = 'unknown';
  #permission = null;
  #cancel = () => {};
  #running = false;
  #millis = 0;

  /**
   * @param audio the DeviceAudio
   * @param send sends a message when the gateway can hear it
   */
  constructor({ clock, audio, send }) {
    this.#clock = clock;
    this.#audio = audio;
    this.#send = send;
    audio.on('devices', this.#look);
    audio.on('input', this.#look);
  }

  /** From `welcome` on. */
  async start(seconds) {
    this.stop();
    if (!(seconds > 0)) {
      return; // A gateway that does not ask.
    }
    this.#running = true;
    this.#watchPermission();
    await this.#look();
    if (this.#running) {
      this.#say();
      this.#sayEvery(seconds * 1_000);
    }
  }

  /** A pong was sent, which the gateway takes for the same. */
  answered() {
    if (this.#running && this.#millis > 0) {
      this.#sayEvery(this.#millis);
    }
  }

  stop() {
    this.#running = false;
    this.#millis = 0;
    this.#cancel();
  }

  dispose() {
    this.stop();
    this.#audio.off('devices', this.#look);
    this.#audio.off('input', this.#look);
    this.#permission?.removeEventListener('change', this.#look);
    this.#permission = null;
  }

  #say() {
    this.#send({ type: 'alive', microphone: this.#microphone });
  }

  #sayEvery(millis) {
    this.#millis = millis;
    this.#cancel();
    this.#cancel = this.#clock.after(millis, () => {
      this.#say();
      this.#sayEvery(millis);
    });
  }

  async #watchPermission() {
    if (this.#permission) {
      return;
    }
    try {
      this.#permission = await navigator.permissions.query({ name: 'microphone' });
      this.#permission.addEventListener('change', this.#look);
      this.#look();
    } catch {
      // Unknown here: the browser tells when the microphone is opened.
    }
  }

  #look = async () => {
    const before = this.#microphone;
    this.#microphone = await this.#found();
    if (this.#running && this.#microphone !== before) {
      this.#say();
    }
  };

  async #found() {
    if (this.#audio.isOpen) {
      return 'ready';
    }
    if (!navigator.mediaDevices || this.#permission?.state === 'denied') {
      return 'denied';
    }
    try {
      const devices = await navigator.mediaDevices.enumerateDevices();
      if (!devices.some(({ kind }) => kind === 'audioinput')) {
        return 'missing';
      }
    } catch {
      return 'unknown';
    }
    return this.#permission?.state === 'granted' ? 'ready' : 'unknown';
  }
}
