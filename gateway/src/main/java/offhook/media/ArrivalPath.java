package offhook.media;

import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.rtp.InOrder;
import offhook.rtp.RtpPacket;

/// A path whose receiver has a jitter buffer of its own, as browsers do: each packet goes on as
/// soon as it is here, and nothing waits. What is lost, or paused by the sender, becomes a step in
/// the timestamps, and the receiver conceals it: it alone knows what it played before.
final class ArrivalPath implements AudioPath {

    private final MediaLeg source;
    private final MediaLeg sink;
    private final Transcoder transcoder;
    private final AudioCodec sourceCodec;
    private final InOrder order;
    private final PcmFifo pcm = new PcmFifo();
    private final byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];

    // Media time in samples of 8 kHz, from any origin.
    private long packetStart;
    private long pcmEnd;
    private long sentStart;
    private boolean started;
    private long concealedSamples;
    private boolean talkStart;

    /// @param sourceCodec what the source sends first; all its codecs have the same RTP clock
    ArrivalPath(MediaLeg source, MediaLeg sink, Transcoder transcoder, AudioCodec sourceCodec) {
        this.source = source;
        this.sink = sink;
        this.transcoder = transcoder;
        this.sourceCodec = sourceCodec;
        this.order = new InOrder(sourceCodec.rtpClockHz());
    }

    @Override
    public void onPacket(RtpPacket packet, AudioCodec codec, long nowNanos) {
        int durationUnits = Durations.unitsOf(packet, codec);
        if (durationUnits == 0
                || codec.rtpClockHz() != sourceCodec.rtpClockHz()
                || order.offer(packet, durationUnits, nowNanos) != InOrder.Passage.FORWARD) {
            return;
        }
        talkStart |= order.talkStart();
        packetStart += order.timestampStep() * codec.sampleRateHz() / codec.rtpClockHz();
        if (!sink.isSending()) {
            pcm.clear();
            pcmEnd = packetStart;
            return;
        }
        Decoder decoder = transcoder.decoder(codec);
        fillGap(codec, decoder);
        int samples =
                decoder.decode(
                        packet.bytes(),
                        packet.payloadOffset(),
                        packet.payloadLength(),
                        pcm.array(),
                        pcm.writeOffset());
        take(codec, samples);
        sendFrames();
    }

    /// Completes a frame that a lost packet left unfinished, then goes on where this packet begins.
    private void fillGap(AudioCodec codec, Decoder decoder) {
        long gap = packetStart - pcmEnd;
        if (started && gap > 0 && pcm.size() > 0) {
            int missing = (int) Math.min(gap, PcmFifo.FRAME_SAMPLES - pcm.size());
            decoder.conceal(pcm.array(), pcm.writeOffset(), missing);
            concealedSamples += missing;
            take(codec, missing);
            sendFrames();
        }
        if (pcm.size() == 0) {
            pcmEnd = packetStart;
        }
        started = true;
    }

    private void take(AudioCodec codec, int samples) {
        AudioHook heard = source.heard();
        if (samples > 0 && heard.wants(codec)) {
            heard.onAudio(pcm.array(), pcm.writeOffset(), samples, codec.sampleRateHz());
        }
        pcm.written(samples);
        pcmEnd += samples;
    }

    private void sendFrames() {
        AudioCodec sinkCodec = sink.sendCodec();
        AudioHook outgoing = sink.outgoing();
        while (pcm.hasFrame()) {
            long frameStart = pcmEnd - pcm.size();
            int frame = pcm.readFrame();
            if (outgoing.wants(sinkCodec)) {
                outgoing.onAudio(
                        pcm.array(), frame, PcmFifo.FRAME_SAMPLES, sinkCodec.sampleRateHz());
            }
            int length =
                    transcoder
                            .encoder(sinkCodec)
                            .encode(pcm.array(), frame, PcmFifo.FRAME_SAMPLES, payload, 0);
            if (length == 0) {
                // The encoder has nothing to say while nobody speaks (DTX).
                talkStart = true;
                continue;
            }
            sink.send(
                    payload,
                    0,
                    length,
                    sinkCodec.rtpTicks((int) (frameStart - sentStart)),
                    talkStart);
            sentStart = frameStart;
            talkStart = false;
        }
    }

    @Override
    public void figures(PathFigures into) {
        into.late += order.late();
        into.concealedMillis += PathFigures.millisOf(concealedSamples, sourceCodec);
    }

    @Override
    public void close() {
        transcoder.close();
    }
}
