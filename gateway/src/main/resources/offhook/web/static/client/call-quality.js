import { emit } from './emitter.js';
import { QualityMonitor } from './quality-monitor.js';
import { plainText } from './text.js';

const SAMPLE_MILLIS = 1_000;

/** Of one sentence about what is wrong. */
const MAX_TROUBLE_CHARS = 400;

/** The gateway is told each so many samples, and answers with what it measures. */
const SAMPLES_PER_MESSAGE = 5;

/** Keys of the gateway's answer, and what they are called here. */
const FIGURES_OF_GATEWAY = {
  'rtt-millis': 'rttMillis',
  'in-jitter-millis': 'inJitterMillis',
  'in-loss-percent': 'inLossPercent',
  'in-mos': 'inMos',
  'out-jitter-millis': 'outJitterMillis',
  'out-loss-percent': 'outLossPercent',
  'out-mos': 'outMos',
  'buffer-millis': 'bufferMillis',
};

/**
 * Watches how one call sounds while it is open: reads once a second, warns, and lets the gateway
 * know, so that whoever looks into a bad call later has both views of it.
 */
export class CallQuality {
  #call;
  #clock;
  #read;
  #tell;
  #monitor;
  #cancelTimer = () => {};
  #isRunning = false;
  #samples = 0;
  #sample = null;
  #gateway = null;

  /**
   * @param read gives a reading for QualityMonitor, asynchronously
   * @param tell sends a message about the call if the gateway can hear it
   */
  constructor({ call, clock, read, tell }) {
    this.#call = call;
    this.#clock = clock;
    this.#read = read;
    this.#tell = tell;
    this.#monitor = new QualityMonitor({
      onWarning: (name, data) => this.#onWarning('warning', name, data),
      onCleared: (name, data) => this.#onWarning('warning-cleared', name, data),
    });
  }

  /** The latest sample; null before the first. */
  get sample() {
    return this.#sample;
  }

  get warnings() {
    return this.#monitor.warnings;
  }

  /** What the gateway said last of its side; null before. */
  get gateway() {
    return this.#gateway;
  }

  start() {
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#next();
    }
  }

  stop() {
    this.#isRunning = false;
    this.#cancelTimer();
  }

  onMessage(message) {
    const view = {
      audio: plainText(message.audio),
      codecIn: plainText(message['codec-in']),
      codecOut: plainText(message['codec-out']),
      trouble: plainText(message.trouble, MAX_TROUBLE_CHARS),
    };
    for (const [key, name] of Object.entries(FIGURES_OF_GATEWAY)) {
      view[name] = Number.isFinite(message[key]) ? message[key] : null;
    }
    this.#gateway = Object.freeze(view);
  }

  #next() {
    this.#cancelTimer = this.#clock.after(SAMPLE_MILLIS, async () => {
      const reading = await this.#read().catch(() => null);
      if (!this.#isRunning) {
        return;
      }
      if (reading) {
        this.#onReading(reading);
      }
      this.#next();
    });
  }

  #onReading(reading) {
    const { rmsIn, rmsOut, ...sample } = this.#monitor.add(reading);
    this.#sample = Object.freeze({
      timestamp: new Date(), ...sample, warnings: this.#monitor.warnings, gateway: this.#gateway,
    });
    if (this.#samples++ % SAMPLES_PER_MESSAGE === 0) {
      this.#tell(qualityMessage(sample));
    }
    this.#call[emit]('sample', this.#sample);
  }

  #onWarning(event, name, data) {
    const up = event === 'warning';
    this.#tell({ type: 'warning', name, of: OF_ON_THE_WIRE[data.of], up });
    this.#call[emit](event, name, data);
  }
}

const OF_ON_THE_WIRE = {
  rttMillis: 'rtt',
  jitterMillis: 'jitter',
  lossPercent: 'loss',
  averageLossPercent: 'average-loss',
  mos: 'mos',
  levelIn: 'level-in',
  levelOut: 'level-out',
};

/** Whole numbers only; what is not known is left out. */
function qualityMessage(sample) {
  const message = { type: 'quality' };
  const put = (key, value, scale = 1) => {
    if (typeof value === 'number' && value >= 0) {
      message[key] = Math.round(value * scale);
    }
  };
  put('rtt-millis', sample.rttMillis);
  put('jitter-millis', sample.jitterMillis);
  put('loss-permille', sample.lossPercent, 10);
  put('buffer-millis', sample.bufferMillis);
  put('mos-hundredths', sample.mos, 100);
  put('received', sample.packetsReceived);
  put('lost', sample.packetsLost);
  put('sent', sample.packetsSent);
  put('far-lost', sample.farPacketsLost);
  if (sample.codec !== null) {
    message.codec = sample.codec;
  }
  const type = sample.candidatePair?.local.type;
  if (type) {
    message.candidate = type;
  }
  return message;
}
