/** What the browser measures of a call (W3C webrtc-stats), and what people would think of it. */

/**
 * One reading; null stands for what is not known. Counts are of the call's life.
 *
 * @param report of getStats()
 */
export function summary(report) {
  const all = [...report.values()];
  const find = (type, test = () => true) => all.find((stat) => stat.type === type && test(stat));
  const isAudio = (stat) => stat.kind === 'audio';
  const inbound = find('inbound-rtp', isAudio);
  const outbound = find('outbound-rtp', isAudio);
  const farReport = find('remote-inbound-rtp', isAudio);
  const pair = find('candidate-pair', (stat) => stat.nominated && stat.state === 'succeeded');
  const codec = report.get(outbound?.codecId ?? inbound?.codecId);
  const rttSeconds = farReport?.roundTripTime ?? pair?.currentRoundTripTime;
  const emitted = inbound?.jitterBufferEmittedCount ?? 0;
  return {
    codec: codec?.mimeType?.replace(/^audio\//i, '') ?? null,
    rttMillis: millis(rttSeconds),
    jitterMillis: millis(inbound?.jitter),
    packetsReceived: inbound?.packetsReceived ?? null,
    packetsLost: inbound?.packetsLost ?? null,
    packetsSent: outbound?.packetsSent ?? null,
    bytesReceived: inbound?.bytesReceived ?? null,
    bytesSent: outbound?.bytesSent ?? null,
    farPacketsLost: farReport?.packetsLost ?? null,
    farJitterMillis: millis(farReport?.jitter),
    bufferMillis: emitted > 0 ? millis(inbound.jitterBufferDelay / emitted) : null,
    candidatePair: pair === undefined ? null : candidatePair(report, pair),
  };
}

function candidatePair(report, pair) {
  const side = (id) => {
    const candidate = report.get(id);
    return {
      type: candidate?.candidateType ?? '',
      protocol: candidate?.protocol ?? '',
      address: candidate?.address ?? '',
      port: candidate?.port ?? null,
      relayProtocol: candidate?.relayProtocol ?? '',
    };
  };
  return { local: side(pair.localCandidateId), remote: side(pair.remoteCandidateId) };
}

function millis(seconds) {
  return seconds === undefined ? null : Math.round(seconds * 1_000);
}

/** The packet itself, which is spoken before it is sent. */
const PACKET_MILLIS = 20;

/** Bpl of G.711 with concealment (ITU-T G.113 Appendix I), as the gateway reckons. */
const LOSS_ROBUSTNESS = 25.1;

/**
 * The mean opinion of talking over it, 1 to 4.5: the E-model (ITU-T G.107) in its short form; null
 * while the delay is not known.
 */
export function meanOpinion({ rttMillis, jitterMillis, lossPercent }) {
  if (rttMillis === null) {
    return null;
  }
  const delay = rttMillis / 2 + 2 * (jitterMillis ?? 0) + PACKET_MILLIS;
  const delayImpairment = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  const loss = lossPercent ?? 0;
  const lossImpairment = 95 * loss / (loss + LOSS_ROBUSTNESS);
  const r = 93.2 - delayImpairment - lossImpairment;
  if (r <= 0) {
    return 1;
  }
  const mos = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
  return Math.round(Math.min(4.5, Math.max(1, mos)) * 100) / 100;
}
