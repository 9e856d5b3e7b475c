/** Events of DeviceAudio after which the microphone may be another story. */
const LOOKED_AT = ['deviceschange', 'input', 'obstacle'];

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
  #looks = 0;
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
    for (const event of LOOKED_AT) {
      audio.on(event, this.#look);
    }
  }

  /** `ready`, `denied` or `missing`; `unknown` where only a question to the user would tell. */
  get microphone() {
    return this.#microphone;
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
    for (const event of LOOKED_AT) {
      this.#audio.off(event, this.#look);
    }
    this.#permission?.removeEventListener('change', this.#onPermission);
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
      this.#permission.addEventListener('change', this.#onPermission);
      this.#look();
    } catch {
      // Unknown here: the browser tells when the microphone is opened.
    }
  }

  #onPermission = () => {
    this.#audio.forgetObstacle();
    this.#look();
  };

  /** At once where no device need be looked for: what is said next must not overtake it. */
  #look = async () => {
    const look = ++this.#looks;
    const found = this.#known() || await this.#searched();
    if (look !== this.#looks || found === this.#microphone) {
      return; // Looked again meanwhile, or nothing new.
    }
    this.#microphone = found;
    if (this.#running) {
      this.#say();
    }
  };

  #known() {
    if (this.#audio.isOpen) {
      return 'ready';
    }
    const isDenied = !navigator.mediaDevices || this.#permission?.state === 'denied';
    return isDenied ? 'denied' : this.#audio.obstacle;
  }

  async #searched() {
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
