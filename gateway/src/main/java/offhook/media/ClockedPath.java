package offhook.media;

import java.util.Arrays;
import offhook.codec.AudioCodec;
import offhook.codec.opus.OpusPacket;
import offhook.rtp.PlayoutBuffer;
import offhook.rtp.RtpPacket;
import org.jspecify.annotations.Nullable;

/// A path whose receiver expects a packet each 20 ms, as trunks do: browsers pause, lose and bunch
/// packets, and phone systems take a stream that stops for a dead call. A playout buffer waits for
/// what is late, and what does not come is concealed or silent; the clock of the path never stops.
///
/// Audio that the trunk takes as it is is relayed by the same clock. A trunk that speaks Opus gets
/// each frame at its time and no more: it conceals by itself, and where the browser pauses so do
/// we, but for a sign of life each 400 ms.
final class ClockedPath implements AudioPath, Timed {

    private static final AudioCodec[] CODECS = AudioCodec.values();
    private static final byte NONE = -1;

    /// In -dBov (RFC 6464): what is quieter may be left out when the buffer is too long.
    private static final int QUIET_LEVEL = 60;

    /// A frame that comes at most this long before its tick, as nearly all do on a good network,
    /// goes on at once: the loop need not wake again for the tick.
    private static final long EARLY_NANOS = 3_500_000L;

    private final MediaLeg source;
    private final Sink sink;
    private final Transcoder transcoder;
    private final Decoding decoding;
    private final Frames frames;
    private final int jitterMaxMillis;
    private final Continuity continuity = new Continuity(8000);

    /// Places in [#CODECS], by payload type, of those that came.
    private final byte[] codecByPayloadType = new byte[128];

    private AudioCodec sourceCodec;
    private PlayoutBuffer buffer;

    /// Of the other clock rate, once the source has used one.
    private @Nullable PlayoutBuffer otherBuffer;

    /// When the tick that is being filled begins, by [MediaClock].
    private long tick;

    /// Where what was handed out for it ends.
    private long end;

    private long missedTicks;
    private boolean broken;

    /// A path that delays by no more than 120 ms.
    ///
    /// @param startNanos when the first packet is due
    ClockedPath(MediaLeg source, Sink sink, Transcoder transcoder, long startNanos) {
        this(source, sink, transcoder, startNanos, PlayoutBuffer.DEFAULT_MOST_MILLIS);
    }

    /// @param startNanos when the first packet is due
    /// @param jitterMaxMillis what packets are delayed by at most, however late others are
    ClockedPath(
            MediaLeg source,
            Sink sink,
            Transcoder transcoder,
            long startNanos,
            int jitterMaxMillis) {
        this.source = source;
        this.sink = sink;
        this.transcoder = transcoder;
        this.decoding = new Decoding(source, transcoder);
        this.frames = new Frames(sink, transcoder);
        this.sourceCodec = source.receiveCodec();
        Arrays.fill(codecByPayloadType, NONE);
        this.jitterMaxMillis = jitterMaxMillis;
        this.buffer = new PlayoutBuffer(sourceCodec.rtpClockHz(), jitterMaxMillis);
        buffer.start(startNanos);
    }

    @Override
    public void onPacket(RtpPacket packet, AudioCodec codec, long nowNanos) {
        int durationUnits = Durations.unitsOf(packet, codec);
        if (durationUnits == 0) {
            return;
        }
        if (codec.rtpClockHz() != sourceCodec.rtpClockHz()) {
            changeClock(codec.rtpClockHz());
        }
        sourceCodec = codec;
        codecByPayloadType[packet.payloadType()] = (byte) codec.ordinal();
        boolean redundant =
                codec == AudioCodec.OPUS
                        && OpusPacket.carriesRedundancy(
                                packet.bytes(), packet.payloadOffset(), packet.payloadLength());
        buffer.insert(
                packet, durationUnits, source.levelOf(packet) >= QUIET_LEVEL, redundant, nowNanos);
        if (buffer.nextTickNanos() - nowNanos <= EARLY_NANOS && buffer.hasNextTick()) {
            onDue(Math.max(nowNanos, buffer.nextTickNanos()));
        }
    }

    @Override
    public void onComfortNoise(RtpPacket packet, long nowNanos) {
        onOther(packet, nowNanos);
    }

    @Override
    public void onOther(RtpPacket packet, long nowNanos) {
        buffer.pass(packet, nowNanos);
    }

    /// Timestamps of another rate are another line; the ticks go on.
    private void changeClock(int clockHz) {
        PlayoutBuffer next =
                otherBuffer == null ? new PlayoutBuffer(clockHz, jitterMaxMillis) : otherBuffer;
        next.restart(buffer.nextTickNanos());
        otherBuffer = buffer;
        buffer = next;
        missedTicks = next.missedTicks();
        end = tick;
    }

    @Override
    public long dueNanos() {
        return broken ? Long.MAX_VALUE : buffer.nextTickNanos();
    }

    @Override
    public void onDue(long nowNanos) {
        long due = buffer.nextTickNanos();
        while (true) {
            PlayoutBuffer.Playout playout = buffer.poll(nowNanos);
            if (playout == PlayoutBuffer.Playout.NOT_DUE) {
                return;
            }
            skipMissed();
            take(playout);
            if (buffer.nextTickNanos() != due) {
                due = buffer.nextTickNanos();
                endTick();
            }
        }
    }

    /// Ticks that a late loop left out are time all the same.
    private void skipMissed() {
        long missed = (buffer.missedTicks() - missedTicks) * MediaClock.FRAME;
        missedTicks = buffer.missedTicks();
        tick += missed;
        end += missed;
    }

    private void take(PlayoutBuffer.Playout playout) {
        AudioCodec codec = codec();
        boolean sending = sink.isSending();
        boolean relayed = sending && frames.takes(codec);
        long time = MediaClock.ofRtp(buffer.durationUnits(), codec);
        int rateHz = Transcoder.decodingHz(codec, frames.codec());
        int samples = MediaClock.samples(time, rateHz);
        continuity.rate(rateHz);
        switch (playout) {
            case FRAME -> {
                if (relayed && mayRelay(codec)) {
                    relay(codec);
                } else if (sending) {
                    play(decode(codec, rateHz), codec, rateHz, samples);
                } else {
                    decoding.unheard(codec, buffer.bytes(), 0, buffer.length());
                }
            }
            case FEC_AVAILABLE -> {
                if (sending && !skips(codec, relayed)) {
                    int made =
                            decoding.decodeFec(
                                    codec, rateHz, buffer.bytes(), 0, buffer.length(), samples);
                    play(made, codec, rateHz, samples);
                }
            }
            case CONCEAL -> {
                if (sending && !skips(codec, relayed)) {
                    conceal(codec, rateHz, samples);
                }
            }
            case SILENCE -> {
                if (skips(codec, relayed)) {
                    frames.startTalk();
                } else if (sending && continuity.isAudible()) {
                    fadeOut(codec, rateHz, samples);
                } else if (sending) {
                    frames.addSilence(time);
                }
            }
            case SHORTEN -> {
                if (skips(codec, relayed)) {
                    decoding.relayed(codec, buffer.bytes(), 0, buffer.length());
                } else if (sending) {
                    continuity.playPart(decoding.pcm(), 0, decode(codec, rateHz), samples);
                    frames.addPcm(decoding.pcm(), 0, samples, rateHz);
                }
            }
            case HELD, NOT_DUE -> {
                // What was handed out before covers it.
                return;
            }
        }
        end += time;
    }

    /// Whether the peer conceals and pauses by itself, as it decodes what the source coded.
    private static boolean skips(AudioCodec codec, boolean relayed) {
        return relayed && codec == AudioCodec.OPUS;
    }

    /// What follows a concealed loss is decoded, so that the wave has no step, and what is to be
    /// shortened.
    private boolean mayRelay(AudioCodec codec) {
        return codec == AudioCodec.OPUS || (!decoding.isConcealed() && !continuity.isHolding());
    }

    private void relay(AudioCodec codec) {
        frames.relayed(buffer.bytes(), 0, buffer.length());
        if (codec == AudioCodec.OPUS) {
            frames.sendCoded(buffer.bytes(), 0, buffer.length(), end);
        } else {
            frames.addCoded(buffer.bytes(), 0, buffer.length());
            continuity.passed();
        }
        decoding.relayed(codec, buffer.bytes(), 0, buffer.length());
    }

    private int decode(AudioCodec codec, int rateHz) {
        return decoding.decode(codec, rateHz, buffer.bytes(), 0, buffer.length());
    }

    private void play(int decoded, AudioCodec codec, int rateHz, int expected) {
        if (decoded == 0) {
            // Not what its payload type says.
            conceal(codec, rateHz, expected);
            return;
        }
        continuity.play(decoding.pcm(), 0, decoded);
        frames.addPcm(decoding.pcm(), 0, decoded, rateHz);
    }

    private void conceal(AudioCodec codec, int rateHz, int samples) {
        int made = decoding.conceal(codec, rateHz, continuity.missing(samples));
        continuity.bridge(decoding.pcm(), 0, made, samples);
        frames.addPcm(decoding.pcm(), 0, samples, rateHz);
    }

    /// What is heard when a pause begins.
    private void fadeOut(AudioCodec codec, int rateHz, int samples) {
        int made = decoding.prolong(codec, rateHz, continuity.missing(samples));
        continuity.fadeOut(decoding.pcm(), 0, made, samples);
        frames.addPcm(decoding.pcm(), 0, samples, rateHz);
    }

    private AudioCodec codec() {
        byte place = codecByPayloadType[buffer.payloadType()];
        AudioCodec codec = place == NONE ? sourceCodec : CODECS[place];
        return codec.rtpClockHz() != sourceCodec.rtpClockHz() ? sourceCodec : codec;
    }

    private void endTick() {
        if (!sink.isSending()) {
            frames.clear();
            frames.startTalk();
            continuity.clear();
        } else if (frames.codec() != AudioCodec.OPUS || frames.waiting() > 0) {
            if (!frames.hasFrame()) {
                frames.addSilence(MediaClock.FRAME - frames.waiting());
            }
            frames.sendFrame(tick);
        } else {
            frames.signPause(tick);
        }
        tick += MediaClock.FRAME;
    }

    @Override
    public void figures(PathFigures into) {
        decoding.figures(into);
        count(buffer, into);
        if (otherBuffer != null) {
            count(otherBuffer, into);
        }
        into.unplayedKnown = true;
        into.buffered = true;
        into.delayNanos = buffer.delayNanos();
        into.targetNanos = buffer.targetNanos();
        into.lateness95Nanos = buffer.lateness95Nanos();
    }

    private static void count(PlayoutBuffer from, PathFigures into) {
        into.late += from.late();
        into.unplayed += from.unplayed();
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
