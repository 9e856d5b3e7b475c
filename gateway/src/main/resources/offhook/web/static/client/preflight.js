import { emit, Emitter, forgetListeners } from './emitter.js';
import { failure, OffhookError } from './errors.js';
import { echo, edges } from './seams.js';

const DEFAULT_SECONDS = 10;
const MIN_SECONDS = 3;
const MAX_SECONDS = 50;

/** What the stages may take at most. */
const SIGNALLING_TIMEOUT_MILLIS = 15_000;
const MEDIA_TIMEOUT_MILLIS = 10_000;

/** What keeps the audio from standing, by the stage that was not passed. */
const MEDIA_TROUBLES = {
  ice: {
    detail: 'No UDP packet came back from the gateway.',
    causes: ['A firewall blocks UDP to the gateway.',
      'The gateway names an address that cannot be reached from here.'],
    solutions: ['Ask the administrator to allow UDP to the gateway\'s media port, '
      + 'to check media.advertise, or to offer a TURN server (web.turn).',
    'Try another network, without VPN.'],
  },
  dtls: {
    detail: 'UDP passes, but no encryption was agreed on.',
    causes: ['A firewall or VPN lets the first packets pass and drops encrypted ones (DTLS).',
      'The network loses large packets.'],
    solutions: ['Ask the administrator to let DTLS pass to the gateway\'s media port.',
      'Try another network, without VPN.'],
  },
};

/** Opinions, best first. */
const RATINGS = [[4.2, 'excellent'], [4, 'good'], [3.6, 'fair'], [3, 'poor']];

/**
 * Finds out, before the first caller does, whether calls work from here: the microphone, the way to
 * the gateway, the sign-in, UDP, encryption, and ten seconds of a real call that the gateway echoes.
 * Events: `progress(stage)`, `sample(sample)`, `warning(name, data)`, and one of `completed(report)`
 * and `failed(error, report)`; `report` is there as far as it was reached.
 */
export class Preflight extends Emitter {
  #device;
  #seconds;
  #stage = 'microphone';
  #status = 'running';
  #timing = {};
  #startedAt = performance.now();
  #stageAt = this.#startedAt;
  #call = null;
  #samples = [];
  #warnings = new Set();
  #error = null;
  #report = null;

  /** @param device one of its own, which is destroyed at the end */
  constructor(device, { seconds = DEFAULT_SECONDS } = {}) {
    super();
    if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) {
      throw failure('InvalidArgument', {
        detail: `'seconds' is from ${MIN_SECONDS} to ${MAX_SECONDS}.`,
      });
    }
    this.#device = device;
    this.#seconds = seconds;
    queueMicrotask(() => this.#run());
  }

  /** `running`, `completed` or `failed`. */
  get status() {
    return this.#status;
  }

  /** The report at the end; null before. */
  get report() {
    return this.#report;
  }

  /** Ends the test; `failed` follows. */
  stop() {
    this.#end(failure('InvalidState', { detail: 'The test was stopped.' }));
  }

  async #run() {
    try {
      this[emit]('progress', this.#stage);
      await this.#device.audio.open();
      this.#enter('signalling');
      await this.#within(SIGNALLING_TIMEOUT_MILLIS, this.#signIn(), 'GatewayUnreachable');
      this.#enter('negotiation');
      await this.#callEcho();
    } catch (thrown) {
      this.#end(thrown instanceof OffhookError
        ? thrown
        : failure('NegotiationFailed', { detail: String(thrown?.message ?? thrown), cause: thrown }));
    }
  }

  /** What goes wrong meanwhile says more than that it took too long. */
  #signIn() {
    this.#device.on('error', (error) => {
      this.#error = error;
    });
    return this.#device.register();
  }

  async #within(millis, promise, name) {
    let timer = 0;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(this.#error ?? failure(name)), millis);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #callEcho() {
    const call = await this.#device[echo]();
    if (this.#status !== 'running') {
      call.disconnect();
      return;
    }
    this.#call = call;
    const timer = setTimeout(() => this.#end(this.#mediaFailure()), MEDIA_TIMEOUT_MILLIS);
    call.on('error', (error) =>
      this.#end(error.name === 'MediaFailed' ? this.#mediaFailure() : error));
    call.on('warning', (name, data) => {
      this.#warnings.add(name);
      this[emit]('warning', name, data);
    });
    call.on('sample', (sample) => {
      this.#samples.push(sample);
      this[emit]('sample', sample);
    });
    call.on('connected', () => {
      clearTimeout(timer);
      this.#takeEdges();
      this.#enter('echo');
      setTimeout(() => this.#end(), this.#seconds * 1_000);
    });
    call.on('disconnect', () => {
      clearTimeout(timer);
      this.#end(failure('CallLost'));
    });
  }

  /** UDP that does not come through, or what came through but could not be agreed on. */
  #mediaFailure() {
    this.#takeEdges();
    return failure('MediaFailed', MEDIA_TROUBLES[this.#stage]);
  }

  #takeEdges() {
    const { iceMillis, dtlsMillis } = this.#call[edges]();
    this.#timing.ice = iceMillis;
    this.#timing.dtls = dtlsMillis;
    this.#stage = iceMillis === null ? 'ice' : dtlsMillis === null ? 'dtls' : this.#stage;
  }

  #enter(stage) {
    if (this.#status !== 'running') {
      throw failure('InvalidState', { detail: 'The test was stopped.' });
    }
    const now = performance.now();
    this.#timing[this.#stage] = Math.round(now - this.#stageAt);
    this.#stageAt = now;
    this.#stage = stage;
    this[emit]('progress', stage);
  }

  #end(error) {
    if (this.#status !== 'running') {
      return;
    }
    this.#status = error ? 'failed' : 'completed';
    this.#timing.total = Math.round(performance.now() - this.#startedAt);
    this.#report = this.#makeReport(error);
    this.#device.destroy();
    if (error) {
      this[emit]('failed', error, this.#report);
    } else {
      this[emit]('completed', this.#report);
    }
    this[forgetListeners]();
  }

  #makeReport(error) {
    const last = this.#samples.at(-1) ?? null;
    const mos = figures(this.#samples, 'mos');
    return Object.freeze({
      isPassed: !error,
      stage: this.#stage,
      timing: Object.freeze({ ...this.#timing }),
      mos,
      rttMillis: figures(this.#samples, 'rttMillis'),
      jitterMillis: figures(this.#samples, 'jitterMillis'),
      lossPercent: last?.averageLossPercent ?? null,
      rating: mos === null
        ? null
        : RATINGS.find(([least]) => mos.average >= least)?.[1] ?? 'bad',
      codec: last?.codec ?? null,
      candidatePair: last?.candidatePair ?? null,
      isTurnUsed: last?.candidatePair?.local.type === 'relay',
      levels: Object.freeze({
        microphone: Math.max(0, ...this.#samples.map(({ levelIn }) => levelIn)),
        echo: Math.max(0, ...this.#samples.map(({ levelOut }) => levelOut)),
      }),
      warnings: Object.freeze([...this.#warnings]),
      gateway: last?.gateway ?? null,
      samples: Object.freeze([...this.#samples]),
    });
  }
}

function figures(samples, name) {
  const values = samples.map((sample) => sample[name]).filter((value) => value !== null);
  if (values.length === 0) {
    return null;
  }
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Object.freeze({
    min: Math.min(...values), max: Math.max(...values), average: Math.round(average * 100) / 100,
  });
}
