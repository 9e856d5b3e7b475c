package offhook.media;

import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.opus.OpusPacket;
import offhook.rtp.PlayoutBuffer;
import offhook.rtp.RtpPacket;

/// A path whose receiver expects a packet each 20 ms, as trunks do: browsers pause, lose and bunch
/// packets, and phone systems take a stream that stops for a dead call. A playout buffer waits for
/// what is late, and what does not come is concealed or silent; the clock of the path never stops.
final class ClockedPath implements AudioPath, Timed {

    /// In -dBov (RFC 6464): what is quieter may be left out when the buffer is too long.
    private static final int QUIET_LEVEL = 60;

    private final MediaLeg source;
    private final MediaLeg sink;
    private final Transcoder transcoder;
    private final AudioCodec sourceCodec;
    private final AudioCodec[] codecByPayloadType = new AudioCodec[128];
    private final PlayoutBuffer buffer;
    private final Continuity continuity;
    private final PcmFifo pcm = new PcmFifo();
    private final byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];
    private int unsentTicks;
    private long missedTicks;
    private boolean talkStart = true;
    private boolean broken;

    /// @param sourceCodec what the source sends first; all its codecs have the same RTP clock
    /// @param startNanos when the first packet is due
    ClockedPath(
            MediaLeg source,
            MediaLeg sink,
            Transcoder transcoder,
            AudioCodec sourceCodec,
            long startNanos) {
        this.source = source;
        this.sink = sink;
        this.transcoder = transcoder;
        this.sourceCodec = sourceCodec;
        this.buffer = new PlayoutBuffer(sourceCodec.rtpClockHz());
        this.continuity = new Continuity(sourceCodec.sampleRateHz());
        buffer.start(startNanos);
    }

    @Override
    public void onPacket(RtpPacket packet, AudioCodec codec, long nowNanos) {
        int durationUnits = Durations.unitsOf(packet, codec);
        if (durationUnits == 0 || codec.rtpClockHz() != sourceCodec.rtpClockHz()) {
            return;
        }
        codecByPayloadType[packet.payloadType()] = codec;
        boolean redundant =
                codec == AudioCodec.OPUS
                        && OpusPacket.carriesRedundancy(
                                packet.bytes(), packet.payloadOffset(), packet.payloadLength());
        buffer.insert(
                packet, durationUnits, source.levelOf(packet) >= QUIET_LEVEL, redundant, nowNanos);
    }

    @Override
    public long dueNanos() {
        return broken ? Long.MAX_VALUE : buffer.nextTickNanos();
    }

    @Override
    public void onDue(long nowNanos) {
        long tick = buffer.nextTickNanos();
        while (true) {
            PlayoutBuffer.Playout playout = buffer.poll(nowNanos);
            if (playout == PlayoutBuffer.Playout.NOT_DUE) {
                return;
            }
            if (sink.isSending()) {
                take(playout);
            } else {
                pcm.clear();
                continuity.clear();
            }
            if (buffer.nextTickNanos() != tick) {
                tick = buffer.nextTickNanos();
                sendFrame();
            }
        }
    }

    private void take(PlayoutBuffer.Playout playout) {
        AudioCodec codec = codec();
        int samples = buffer.durationUnits() * codec.sampleRateHz() / codec.rtpClockHz();
        continuity.rate(codec.sampleRateHz());
        switch (playout) {
            case FRAME -> play(codec, decode(codec), samples);
            case FEC_AVAILABLE -> play(codec, decodeFec(codec, samples), samples);
            case SHORTEN ->
                    continuity.hold(pcm.array(), pcm.writeOffset(), heard(codec, decode(codec)));
            case CONCEAL -> conceal(codec, samples);
            case SILENCE -> pause(codec, samples);
            case HELD, NOT_DUE -> {
                // What was handed out before covers it.
            }
        }
    }

    private void play(AudioCodec codec, int decoded, int expected) {
        if (decoded == 0) {
            // Not what its payload type says.
            conceal(codec, expected);
            return;
        }
        heard(codec, decoded);
        continuity.play(pcm.array(), pcm.writeOffset(), decoded);
        pcm.written(decoded);
    }

    private void conceal(AudioCodec codec, int samples) {
        int at = pcm.writeOffset();
        int made = continuity.missing(samples);
        heard(codec, transcoder.decoder(codec).conceal(pcm.array(), at, made));
        continuity.bridge(pcm.array(), at, made, samples);
        pcm.written(samples);
    }

    /// The sound before a pause fades out; the pause itself is silent.
    private void pause(AudioCodec codec, int samples) {
        if (!continuity.isAudible()) {
            pcm.writeSilence(samples);
            return;
        }
        int at = pcm.writeOffset();
        int made = continuity.missing(samples);
        transcoder.decoder(codec).conceal(pcm.array(), at, made);
        continuity.fadeOut(pcm.array(), at, made, samples);
        pcm.written(samples);
    }

    private int decode(AudioCodec codec) {
        return transcoder
                .decoder(codec)
                .decode(buffer.bytes(), 0, buffer.length(), pcm.array(), pcm.writeOffset());
    }

    private int decodeFec(AudioCodec codec, int samples) {
        return transcoder
                .decoder(codec)
                .decodeFec(
                        buffer.bytes(),
                        0,
                        buffer.length(),
                        pcm.array(),
                        pcm.writeOffset(),
                        samples);
    }

    /// Shows what was just decoded to who wants to see it; returns `samples`.
    private int heard(AudioCodec codec, int samples) {
        AudioHook heard = source.heard();
        if (samples > 0 && heard.wants(codec)) {
            heard.onAudio(pcm.array(), pcm.writeOffset(), samples, codec.sampleRateHz());
        }
        return samples;
    }

    private AudioCodec codec() {
        AudioCodec codec = codecByPayloadType[buffer.payloadType()];
        return codec == null ? sourceCodec : codec;
    }

    private void sendFrame() {
        AudioCodec sinkCodec = sink.sendCodec();
        // Ticks that a late loop left out are time all the same.
        long missed = buffer.missedTicks() - missedTicks;
        missedTicks += missed;
        unsentTicks += (int) (missed + 1) * sinkCodec.rtpTicks(PcmFifo.FRAME_SAMPLES);
        if (!sink.isSending()) {
            talkStart = true;
            return;
        }
        if (!pcm.hasFrame()) {
            pcm.writeSilence(PcmFifo.FRAME_SAMPLES - pcm.size());
        }
        int frame = pcm.readFrame();
        AudioHook outgoing = sink.outgoing();
        if (outgoing.wants(sinkCodec)) {
            outgoing.onAudio(pcm.array(), frame, PcmFifo.FRAME_SAMPLES, sinkCodec.sampleRateHz());
        }
        int length =
                transcoder
                        .encoder(sinkCodec)
                        .encode(pcm.array(), frame, PcmFifo.FRAME_SAMPLES, payload, 0);
        sink.send(payload, 0, length, unsentTicks, talkStart);
        unsentTicks = 0;
        talkStart = false;
    }

    @Override
    public void onDefect(RuntimeException defect) {
        broken = true;
        sink.onDefect(defect);
    }

    @Override
    public void close() {
        transcoder.close();
    }
}
