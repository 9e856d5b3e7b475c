import { byId } from './dom.js';

/** A soft two-tone ring, made here: nothing to load, and silent until the browser allows sound. */
export class RingTone {
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
