package offhook.media;

import offhook.codec.AudioCodec;
import offhook.codec.dsp.ComfortNoise;
import offhook.rtp.InOrder;
import offhook.rtp.RtpPacket;

/// A path whose receiver has a jitter buffer of its own, as browsers do: each packet goes on as
/// soon as it is here, and nothing waits. A short loss is concealed once the packet behind it is
/// here; a long one, or a pause of the sender, becomes a step in the timestamps.
///
/// Audio that the receiver takes as it is is relayed, and its losses are steps. Comfort noise of
/// the sender (RFC 3389) is made here and sent on every 20 ms, until audio comes again or the
/// encoder finds that nobody speaks (DTX).
final class ArrivalPath implements AudioPath, Timed {

    private static final long FRAME_NANOS = 20_000_000L;

    /// Noise waits so much longer than its time, so that audio that ends it is not cut off.
    private static final long NOISE_LATER_NANOS = 10_000_000L;

    /// 60 ms: after that, what is made up is silent.
    private static final long LONGEST_CONCEALED = 3 * MediaClock.FRAME;

    /// In -dBov: a packet cannot make us louder than a quiet voice.
    private static final int LOUDEST_NOISE = 36;

    private static final int NOISE_CLOCK_HZ = 8000;
    private static final int NOISE_UNITS = NOISE_CLOCK_HZ / 50;

    private final Sink sink;
    private final Timetable timetable;
    private final Transcoder transcoder;
    private final Decoding decoding;
    private final Frames frames;
    private final InOrder order;
    private final ComfortNoise noise = new ComfortNoise();
    private long nextNoiseNanos = Long.MAX_VALUE;

    /// When the latest packet begins, by [MediaClock].
    private long start;

    /// Where what has been taken in ends.
    private long end;

    /// @param timetable of the call's loop
    ArrivalPath(MediaLeg source, Sink sink, Transcoder transcoder, Timetable timetable) {
        this.sink = sink;
        this.timetable = timetable;
        this.transcoder = transcoder;
        this.decoding = new Decoding(source, transcoder);
        this.frames = new Frames(sink, transcoder);
        this.order = new InOrder(source.receiveCodec().rtpClockHz());
    }

    @Override
    public void onPacket(RtpPacket packet, AudioCodec codec, long nowNanos) {
        int durationUnits = Durations.unitsOf(packet, codec);
        if (durationUnits == 0 || !advance(packet, codec.rtpClockHz(), durationUnits, nowNanos)) {
            return;
        }
        endNoise();
        if (!sink.isSending()) {
            decoding.unheard(codec, packet.bytes(), packet.payloadOffset(), packet.payloadLength());
            leaveOut();
            return;
        }
        boolean relayed = frames.takes(codec);
        if (start > end) {
            bridge(codec, relayed);
        }
        if (relayed) {
            relay(packet, codec, durationUnits);
        } else {
            int rateHz = Transcoder.decodingHz(codec, frames.codec());
            add(
                    decoding.decode(
                            codec,
                            rateHz,
                            packet.bytes(),
                            packet.payloadOffset(),
                            packet.payloadLength()),
                    rateHz);
        }
        sendFrames();
    }

    /// Places the packet on our time line; false when it is not to be played.
    private boolean advance(RtpPacket packet, int clockHz, int durationUnits, long nowNanos) {
        order.clockRate(clockHz);
        if (order.offer(packet, durationUnits, nowNanos) != InOrder.Passage.FORWARD) {
            return false;
        }
        // Our time never goes back, though noise may have run ahead.
        start = Math.max(start + order.timestampStep() * (MediaClock.HZ / clockHz), end);
        if (order.talkStart()) {
            frames.startTalk();
        }
        return true;
    }

    /// Nobody wants to hear it.
    private void leaveOut() {
        frames.clear();
        frames.startTalk();
        end = start;
    }

    /// Makes up for what is missing before this packet: all of a short loss, else as much as
    /// completes a frame that was begun.
    private void bridge(AudioCodec codec, boolean relayed) {
        boolean lost = order.missing() > 0 && start - end <= LONGEST_CONCEALED;
        boolean begun = frames.codec() == AudioCodec.OPUS && frames.waiting() > 0;
        if (!relayed && (lost || begun)) {
            long missing =
                    lost ? start - end : Math.min(start - end, MediaClock.FRAME - frames.waiting());
            int rateHz = Transcoder.decodingHz(codec, frames.codec());
            add(decoding.conceal(codec, rateHz, MediaClock.samples(missing, rateHz)), rateHz);
            sendFrames();
        } else {
            sendRest();
        }
        if (frames.waiting() == 0) {
            end = start;
        }
    }

    private void sendRest() {
        frames.sendRest(end - frames.waiting());
        frames.clear();
    }

    private void relay(RtpPacket packet, AudioCodec codec, int durationUnits) {
        byte[] bytes = packet.bytes();
        int offset = packet.payloadOffset();
        int length = packet.payloadLength();
        frames.relayed(bytes, offset, length);
        if (!Frames.hasBytesPerMilli(codec)) {
            frames.clear();
            frames.sendCoded(bytes, offset, length, start);
            end = start;
        } else if (frames.waiting() == 0 && length == Frames.BYTES_PER_FRAME) {
            frames.sendCoded(bytes, offset, length, start);
        } else {
            frames.addCoded(bytes, offset, length);
        }
        end += MediaClock.ofRtp(durationUnits, codec);
        decoding.relayed(codec, bytes, offset, length);
    }

    private void add(int samples, int rateHz) {
        frames.addPcm(decoding.pcm(), 0, samples, rateHz);
        end += MediaClock.ofSamples(samples, rateHz);
    }

    private void sendFrames() {
        while (frames.hasFrame()) {
            frames.sendFrame(end - frames.waiting());
        }
    }

    @Override
    public void onComfortNoise(RtpPacket packet, long nowNanos) {
        if (!advance(packet, NOISE_CLOCK_HZ, NOISE_UNITS, nowNanos)) {
            return;
        }
        if (packet.payloadLength() > 0) {
            // What it may say of the spectrum is not used: phones hardly ever say it.
            int level = packet.bytes()[packet.payloadOffset()] & 0x7f;
            noise.white(-Math.max(level, LOUDEST_NOISE));
        }
        if (!sink.isSending()) {
            endNoise();
            leaveOut();
        } else if (nextNoiseNanos == Long.MAX_VALUE) {
            sendRest();
            end = start;
            nextNoiseNanos = nowNanos + FRAME_NANOS + NOISE_LATER_NANOS;
            timetable.schedule(this);
            sendNoise();
        }
    }

    @Override
    public void onOther(RtpPacket packet, long nowNanos) {
        order.pass(packet, nowNanos);
    }

    private void sendNoise() {
        int rateHz = frames.waitingHz();
        int samples = rateHz / 50;
        noise.fill(decoding.pcm(), 0, samples);
        frames.addPcm(decoding.pcm(), 0, samples, rateHz);
        end += MediaClock.FRAME;
        sendFrames();
        if (frames.codec() == AudioCodec.OPUS && frames.isSilent()) {
            endNoise();
        }
    }

    private void endNoise() {
        if (nextNoiseNanos != Long.MAX_VALUE) {
            nextNoiseNanos = Long.MAX_VALUE;
            timetable.unschedule(this);
        }
    }

    @Override
    public long dueNanos() {
        return nextNoiseNanos;
    }

    @Override
    public void onDue(long nowNanos) {
        if (!sink.isSending()) {
            endNoise();
            return;
        }
        nextNoiseNanos += FRAME_NANOS;
        sendNoise();
    }

    @Override
    public void onDefect(RuntimeException defect) {
        endNoise();
        sink.onDefect(defect);
    }

    @Override
    public void figures(PathFigures into) {
        decoding.figures(into);
        into.late += order.late();
    }

    @Override
    public void close() {
        transcoder.close();
    }
}
