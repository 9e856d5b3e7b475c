const METER_BLOCK_SAMPLES = 512;

/**
 * Loudness of a stream: 0 = -60 dBFS or less, 1 = 0 dBFS. The loudest of the short blocks since
 * about the last reading counts, so that a short sound between two readings is not missed.
 */
export class LevelMeter {
  #source;
  #analyser;
  #samples;

  constructor(context, stream) {
    this.#source = context.createMediaStreamSource(stream);
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = 8 * METER_BLOCK_SAMPLES;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source.connect(this.#analyser);
  }

  /** Root mean square, 0 to 1. */
  rms() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let loudest = 0;
    for (let start = 0; start < this.#samples.length; start += METER_BLOCK_SAMPLES) {
      let sum = 0;
      for (let i = start; i < start + METER_BLOCK_SAMPLES; i++) {
        sum += this.#samples[i] * this.#samples[i];
      }
      loudest = Math.max(loudest, sum / METER_BLOCK_SAMPLES);
    }
    return Math.sqrt(loudest);
  }

  read() {
    const rms = this.rms();
    return rms <= 0.001 ? 0 : Math.min(1, 1 + Math.log10(rms) / 3);
  }

  close() {
    this.#source.disconnect();
  }
}
