/** What the far end of a call sounds like while it rings, when it sends no sound itself. */

const RINGBACK_HERTZ = 425;
const RINGBACK_ON_SECONDS = 1;
const RINGBACK_PERIOD_SECONDS = 5;
const RINGBACK_GAIN = 0.08;
const RINGBACK_RAMP_SECONDS = 0.01;

/** One period of the ringback tone; a loop needs no timers, which hidden tabs slow down. */
export function ringbackBuffer(context) {
  const rate = context.sampleRate;
  const buffer = context.createBuffer(1, RINGBACK_PERIOD_SECONDS * rate, rate);
  const samples = buffer.getChannelData(0);
  const ramp = RINGBACK_RAMP_SECONDS * rate;
  const length = RINGBACK_ON_SECONDS * rate;
  for (let i = 0; i < length; i++) {
    const edge = Math.min(1, i / ramp, (length - i) / ramp);
    samples[i] = RINGBACK_GAIN * edge * Math.sin(2 * Math.PI * RINGBACK_HERTZ * i / rate);
  }
  return buffer;
}
