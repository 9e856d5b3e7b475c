/** What is heard of a dialled call before it is answered: our own tone, or what the other side plays. */
export class EarlySound {
  #audio;
  #isTheirs = false;
  #stop = () => {};

  /** @param audio the DeviceAudio */
  constructor(audio) {
    this.#audio = audio;
  }

  /** Whether the other side plays something. */
  get isTheirs() {
    return this.#isTheirs;
  }

  /** It rings there, and nothing comes from there. */
  ring() {
    this.end();
    this.#isTheirs = false;
    this.#stop = this.#audio.ringback();
  }

  /** What comes from there is heard. */
  leave() {
    this.end();
    this.#isTheirs = true;
  }

  end() {
    this.#stop();
    this.#stop = () => {};
  }
}
