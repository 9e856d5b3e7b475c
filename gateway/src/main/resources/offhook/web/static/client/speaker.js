import { failure } from './errors.js';

/**
 * Where calls are heard: the element of the device, and one more for each further call at once, so
 * that a call on hold does not silence the one that is talked to.
 */
export class Speaker {
  #main;
  #lines = new Set();
  #deviceId = '';

  constructor(audioElement) {
    this.#main = audioElement;
  }

  /** Id of the chosen speaker; empty: the default one. */
  get device() {
    return this.#deviceId;
  }

  get isSelectable() {
    return typeof this.#main.setSinkId === 'function';
  }

  /** Throws what the browser throws. */
  async select(deviceId) {
    if (!this.isSelectable) {
      throw failure('BrowserUnsupported', { detail: 'It does not let pages choose a speaker.' });
    }
    await Promise.all([this.#main, ...[...this.#lines].map((line) => line.element)]
      .map((element) => element.setSinkId(deviceId)));
    this.#deviceId = deviceId;
  }

  /** @param onBlocked told when the browser plays nothing before the page is touched */
  line({ onBlocked, onGesture }) {
    const isFree = [...this.#lines].every((line) => line.element !== this.#main);
    const line = new Line(isFree ? this.#main : this.#another(), {
      onBlocked, onGesture, onClose: () => this.#lines.delete(line),
    });
    this.#lines.add(line);
    return line;
  }

  #another() {
    const element = new Audio();
    if (this.#deviceId !== '') {
      element.setSinkId(this.#deviceId).catch(() => {}); // Gone: heard at the default one.
    }
    return element;
  }
}

/** One call at the speaker. */
class Line {
  element;
  #onBlocked;
  #onGesture;
  #onClose;
  #isClosed = false;
  #cancelUnblock = () => {};

  constructor(element, { onBlocked, onGesture, onClose }) {
    this.element = element;
    this.#onBlocked = onBlocked;
    this.#onGesture = onGesture;
    this.#onClose = onClose;
  }

  play(stream) {
    this.element.srcObject = stream;
    this.#start();
  }

  close() {
    this.#isClosed = true;
    this.#cancelUnblock();
    this.element.srcObject = null;
    this.#onClose();
  }

  /** Autoplay rules may forbid playing until the user touches the page: then wait for that. */
  async #start() {
    try {
      await this.element.play();
    } catch (thrown) {
      if (thrown?.name !== 'NotAllowedError' || this.#isClosed) {
        return; // Interrupted by a newer stream, or over.
      }
      this.#awaitGesture();
      this.#onBlocked(failure('PlaybackBlocked', { cause: thrown }));
    }
  }

  #awaitGesture() {
    const again = () => {
      this.#cancelUnblock();
      this.#onGesture();
      this.#start();
    };
    document.addEventListener('pointerdown', again);
    document.addEventListener('keydown', again);
    this.#cancelUnblock = () => {
      document.removeEventListener('pointerdown', again);
      document.removeEventListener('keydown', again);
      this.#cancelUnblock = () => {};
    };
  }
}
