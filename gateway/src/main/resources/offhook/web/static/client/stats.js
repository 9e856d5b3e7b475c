/** What the browser measures of a call. */

/** The few numbers of getStats (W3C webrtc-stats) that say how a call sounds. */
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
  const millis = (seconds) => (seconds === undefined ? null : Math.round(seconds * 1_000));
  return {
    codec: codec?.mimeType?.replace(/^audio\//i, '') ?? null,
    rttMillis: millis(rttSeconds),
    jitterMillis: millis(inbound?.jitter),
    packetsReceived: inbound?.packetsReceived ?? null,
    packetsLost: inbound?.packetsLost ?? null,
    packetsSent: outbound?.packetsSent ?? null,
    farPacketsLost: farReport?.packetsLost ?? null,
  };
}
