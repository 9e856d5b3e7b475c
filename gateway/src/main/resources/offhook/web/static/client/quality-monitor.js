import { meanOpinion } from './stats.js';

/** A warning is raised when so many of the last samples are bad, and cleared when none is. */
const WINDOW = 5;
const BAD_OF_WINDOW = 3;

/** So many samples of the very same level are no sound that anybody made. */
const CONSTANT_SAMPLES = 10;
const CONSTANT_SHARE = 0.005;

/**
 * What raises a warning, and what keeps it up: a value has to be well again, not only just below
 * the limit, before a warning is cleared.
 */
const LIMITS = [
  { name: 'high-rtt', of: 'rttMillis', raise: (v) => v > 400, keep: (v) => v > 350 },
  { name: 'high-jitter', of: 'jitterMillis', raise: (v) => v > 30, keep: (v) => v > 25 },
  { name: 'packet-loss', of: 'lossPercent', raise: (v) => v > 1, keep: (v) => v > 0.5 },
  {
    name: 'packet-loss', of: 'averageLossPercent', raise: (v) => v > 3, keep: (v) => v > 2,
  },
  { name: 'low-mos', of: 'mos', raise: (v) => v < 3, keep: (v) => v < 3.3 },
];

/**
 * Turns readings of a call into samples and warnings. Knows neither time nor browser: whoever has
 * it adds a reading about once a second.
 */
export class QualityMonitor {
  #watches;
  #levels;
  #last = null;
  #first = null;
  #onWarning;
  #onCleared;

  /**
   * @param onWarning told `(name, {of, value, values})` when a warning is raised
   * @param onCleared told the same when it is cleared
   */
  constructor({ onWarning, onCleared }) {
    this.#onWarning = onWarning;
    this.#onCleared = onCleared;
    this.#watches = LIMITS.map((limit) => ({ ...limit, values: [], raised: false }));
    this.#levels = ['levelIn', 'levelOut'].map((of) => (
      { name: 'constant-audio-level', of, values: [], raised: false }));
  }

  /** Names of the warnings that are up. */
  get warnings() {
    return [...new Set([...this.#watches, ...this.#levels]
      .filter(({ raised }) => raised).map(({ name }) => name))];
  }

  /**
   * @param reading a summary() with the levels `rmsIn` and `rmsOut`, null where a constant level is
   *     to be expected: muted, or on hold
   * @return the sample
   */
  add(reading) {
    this.#first ??= reading;
    const recent = share(this.#last, reading);
    const sample = {
      ...reading,
      lossPercent: recent,
      averageLossPercent: share(this.#first, reading),
    };
    sample.mos = meanOpinion(sample);
    this.#last = reading;
    for (const watch of this.#watches) {
      this.#watchLimit(watch, sample[watch.of]);
    }
    this.#watchLevel(this.#levels[0], reading.rmsIn);
    this.#watchLevel(this.#levels[1], reading.rmsOut);
    return sample;
  }

  #watchLimit(watch, value) {
    if (value === null || value === undefined) {
      return;
    }
    watch.values = [...watch.values, value].slice(-WINDOW);
    const bad = watch.values.filter(watch.raise).length;
    if (!watch.raised && bad >= BAD_OF_WINDOW) {
      this.#raise(watch, value);
    } else if (watch.raised && !watch.values.some(watch.keep)) {
      this.#clear(watch, value);
    }
  }

  #watchLevel(watch, rms) {
    if (rms === null || rms === undefined) {
      watch.values = [];
    } else {
      watch.values = [...watch.values, rms].slice(-CONSTANT_SAMPLES);
    }
    const loudest = Math.max(...watch.values);
    const isConstant = watch.values.length === CONSTANT_SAMPLES
      && loudest - Math.min(...watch.values) <= CONSTANT_SHARE * loudest;
    if (!watch.raised && isConstant) {
      this.#raise(watch, rms);
    } else if (watch.raised && !isConstant) {
      this.#clear(watch, rms);
    }
  }

  /** One name may stand for two limits: it is up while either is. */
  #raise(watch, value) {
    const isNews = !this.#isUp(watch);
    watch.raised = true;
    if (isNews) {
      this.#onWarning(watch.name, told(watch, value));
    }
  }

  #clear(watch, value) {
    watch.raised = false;
    if (!this.#isUp(watch)) {
      this.#onCleared(watch.name, told(watch, value));
    }
  }

  #isUp({ name, of }) {
    const isLevel = name === 'constant-audio-level';
    return [...this.#watches, ...this.#levels].some((other) =>
      other.name === name && other.raised && (!isLevel || other.of === of));
  }
}

function told({ of, values }, value) {
  return Object.freeze({ of, value: value ?? null, values: Object.freeze([...values]) });
}

/** Packets lost of those that were to come between two readings, percent; null: none came. */
function share(before, now) {
  if (before === null || now.packetsReceived === null || before.packetsReceived === null) {
    return null;
  }
  const received = now.packetsReceived - before.packetsReceived;
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  return received + lost > 0 ? Math.round(1_000 * lost / (received + lost)) / 10 : null;
}
