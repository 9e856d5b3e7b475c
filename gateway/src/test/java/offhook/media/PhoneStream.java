package offhook.media;

import java.util.ArrayDeque;
import java.util.Deque;
import offhook.codec.AudioCodec;
import offhook.codec.Encoder;
import offhook.codec.opus.OpusSettings;
import offhook.rtp.RtpPacket;

/// What a peer sends, packet by packet, by a clock that the test turns: each call lets so much time
/// pass, and its packet arrives at the end of it. The sound goes on whatever happens to packets.
final class PhoneStream {

    private static final long MILLI = 1_000_000L;

    /// What is said, at any moment and rate.
    @FunctionalInterface
    interface Sound {
        void fill(short[] pcm, int samples, int rateHz, long startSample);
    }

    private final AudioPath path;
    private final Deadlines deadlines;
    private final RecordingLeg sink;
    private final Sound sound;
    private final Transcoder codecs = new Transcoder(OpusSettings.NARROWBAND);
    private final RtpPacket packet = new RtpPacket();
    private final Deque<byte[]> heldBack = new ArrayDeque<>();
    private final Deque<AudioCodec> heldBackCodecs = new ArrayDeque<>();
    private AudioCodec codec;
    private AudioCodec spoken;
    long nowNanos;
    int ssrc = 77;
    int sequence = 65_500;
    long timestamp = 0xffff_ffffL - 160 * 90;
    boolean marker;
    private boolean holdingBack;
    private long spokenMillis;

    PhoneStream(
            AudioPath path,
            Deadlines deadlines,
            RecordingLeg sink,
            AudioCodec codec,
            Sound sound,
            long startNanos) {
        this.path = path;
        this.deadlines = deadlines;
        this.sink = sink;
        this.codec = codec;
        this.spoken = codec;
        this.sound = sound;
        this.nowNanos = startNanos;
    }

    /// Milliseconds since the begin.
    long millis() {
        return spokenMillis;
    }

    PhoneStream codec(AudioCodec next) {
        codec = next;
        return this;
    }

    /// What Opus spends against so much loss, as a peer is told of it.
    PhoneStream expectLoss(int percent) {
        codecs.expectLoss(percent);
        return this;
    }

    /// Talks for so long in packets of `ptime`.
    PhoneStream talk(int millis, int ptime) {
        for (int done = 0; done < millis; done += ptime) {
            deliver(next(ptime));
        }
        return this;
    }

    PhoneStream talk(int millis) {
        return talk(millis, 20);
    }

    /// A packet that does not arrive.
    PhoneStream lose(int ptime) {
        next(ptime);
        return this;
    }

    /// Nothing is sent, and the timestamps move by as much as is said.
    PhoneStream pause(int millis, long timestampMillis) {
        pass(millis);
        timestamp += timestampMillis * codec.rtpClockHz() / 1000;
        return this;
    }

    /// A comfort noise packet; its level in -dBov.
    PhoneStream comfortNoise(int level) {
        byte[] bytes = new byte[RtpPacket.HEADER_BYTES + 1];
        RtpPacket.writeHeader(bytes, 0, 13, false, sequence, timestamp & 0xffff_ffffL, ssrc);
        bytes[RtpPacket.HEADER_BYTES] = (byte) level;
        sequence = (sequence + 1) & 0xffff;
        packet.wrap(bytes, 0, bytes.length);
        path.onComfortNoise(packet, nowNanos);
        return this;
    }

    /// Packets from now on wait for [#release].
    PhoneStream holdBack() {
        holdingBack = true;
        return this;
    }

    PhoneStream release() {
        holdingBack = false;
        while (!heldBack.isEmpty()) {
            hand(heldBack.poll(), heldBackCodecs.poll());
        }
        return this;
    }

    /// As [#release], the latest first.
    PhoneStream releaseReversed() {
        holdingBack = false;
        while (!heldBack.isEmpty()) {
            hand(heldBack.pollLast(), heldBackCodecs.pollLast());
        }
        return this;
    }

    /// A packet that arrives twice.
    PhoneStream twice(int ptime) {
        byte[] bytes = next(ptime);
        deliver(bytes);
        deliver(bytes);
        return this;
    }

    private byte[] next(int ptime) {
        int rateHz = codec == AudioCodec.OPUS ? Transcoder.NARROWBAND_HZ : codec.sampleRateHz();
        short[] pcm = new short[ptime * rateHz / 1000];
        sound.fill(pcm, pcm.length, rateHz, spokenMillis * rateHz / 1000);
        if (spoken != codec) {
            timestamp = timestamp * codec.rtpClockHz() / spoken.rtpClockHz();
            spoken = codec;
        }
        Encoder encoder = codecs.encoder(codec, rateHz);
        byte[] payload = new byte[1500];
        int length = encoder.encode(pcm, 0, pcm.length, payload, 0);
        byte[] bytes = new byte[RtpPacket.HEADER_BYTES + length];
        RtpPacket.writeHeader(
                bytes, 0, payloadType(), marker, sequence, timestamp & 0xffff_ffffL, ssrc);
        System.arraycopy(payload, 0, bytes, RtpPacket.HEADER_BYTES, length);
        sequence = (sequence + 1) & 0xffff;
        timestamp += (long) ptime * codec.rtpClockHz() / 1000;
        pass(ptime);
        return bytes;
    }

    private int payloadType() {
        return codec.staticPayloadType() < 0 ? 111 : codec.staticPayloadType();
    }

    private void pass(int millis) {
        for (int i = 0; i < millis; i++) {
            nowNanos += MILLI;
            sink.nowNanos = nowNanos;
            deadlines.runUntil(nowNanos);
        }
        spokenMillis += millis;
    }

    private void deliver(byte[] bytes) {
        if (holdingBack) {
            heldBack.add(bytes);
            heldBackCodecs.add(codec);
        } else {
            hand(bytes, codec);
        }
    }

    private void hand(byte[] bytes, AudioCodec of) {
        packet.wrap(bytes, 0, bytes.length);
        path.onPacket(packet, of, nowNanos);
    }

    void close() {
        codecs.close();
    }
}
