package offhook.media;

import java.util.function.LongSupplier;
import offhook.codec.AudioCodec;
import offhook.codec.sound.Sound;
import org.jspecify.annotations.Nullable;

/// What the peer of one leg hears: the leg it is joined to, or in its place a sound of our own. Who
/// takes over from whom goes on with the same time line and the same encoders, so that the peer
/// sees one stream (RFC 3550 §5.1) without a gap, whoever speaks in it. On the call's loop only.
final class Earpiece implements Sink {

    private static final long FRAME_NANOS = 20_000_000L;

    /// In this time the predictors of two encoders of G.722 that hear the same become alike.
    private static final int FRAMES_TO_CODE = 15;

    private final MediaLeg leg;
    private final Encoders encoders;
    private final Timetable timetable;
    private final LongSupplier clock;
    private final OwnSound ownSound = new OwnSound();
    private @Nullable Player player;

    private boolean sent;
    private long sentNanos;

    /// Whether what is sent next comes from another source than what was sent last.
    private boolean handedOver;

    /// How far the time line of the stream lags behind time since the sources took turns: it moves
    /// by whole frames, and they take over at any moment.
    private long lagNanos;

    /// How many frames are to be coded here before those of a peer go out as they are.
    private int framesToCode;

    /// @param clock of the loop, in nanoseconds
    Earpiece(MediaLeg leg, Encoders encoders, Timetable timetable, LongSupplier clock) {
        this.leg = leg;
        this.encoders = encoders;
        this.timetable = timetable;
        this.clock = clock;
    }

    /// What all that speaks here is encoded with.
    Encoders encoders() {
        return encoders;
    }

    /// Plays a sound from now on, whoever else may speak.
    void play(Sound sound) {
        Player present = player;
        if (present != null) {
            present.play(sound);
            return;
        }
        Player made = new Player(sound, ownSound, encoders, nextNanos(), this::onOver);
        player = made;
        handedOver = true;
        timetable.schedule(made);
    }

    /// Lets the joined leg be heard again.
    void stop() {
        Player present = player;
        if (present != null) {
            present.stop();
        }
    }

    private void onOver() {
        Player present = player;
        if (present != null) {
            timetable.unschedule(present);
            player = null;
            handedOver = true;
            encoders.endMusic();
            framesToCode = FRAMES_TO_CODE;
        }
    }

    /// Whether the peer hears a sound of ours.
    boolean isPlaying() {
        return player != null;
    }

    /// Another path leads here from now on.
    void handOver() {
        handedOver |= player == null;
        framesToCode = FRAMES_TO_CODE;
    }

    /// When the next frame should follow those that were sent.
    long nextNanos() {
        long nowNanos = clock.getAsLong();
        long followsNanos = sentNanos + FRAME_NANOS - lagNanos;
        return sent && followsNanos - nowNanos > 0 ? followsNanos : nowNanos;
    }

    void close() {
        onOver();
        encoders.close();
    }

    @Override
    public boolean isClocked() {
        return leg.isClocked();
    }

    @Override
    public AudioCodec sendCodec() {
        return leg.sendCodec();
    }

    @Override
    public int expectedLossPercent() {
        return leg.expectedLossPercent();
    }

    /// Whoever takes over waits until what was sent before has been heard, by half.
    @Override
    public boolean isSending() {
        return player == null
                && leg.isSending()
                && !(handedOver && sent && passed(clock.getAsLong()) < FRAME_NANOS / 2);
    }

    private long passed(long nowNanos) {
        return nowNanos - sentNanos + lagNanos;
    }

    @Override
    public boolean relays() {
        return framesToCode == 0 || leg.sendCodec() != AudioCodec.G722;
    }

    @Override
    public void send(byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
        long nowNanos = clock.getAsLong();
        int ticks = handedOver && sent ? ticksSince(nowNanos) : clockTicks;
        handedOver = false;
        framesToCode = player == null && framesToCode > 0 ? framesToCode - 1 : framesToCode;
        sent = true;
        sentNanos = nowNanos;
        leg.send(payload, offset, length, ticks, talkStart);
    }

    /// Whole frames, as time has gone by since the other source's last one.
    private int ticksSince(long nowNanos) {
        long passedNanos = passed(nowNanos);
        long frames = Math.max(1, (passedNanos + FRAME_NANOS / 2) / FRAME_NANOS);
        lagNanos = passedNanos - frames * FRAME_NANOS;
        return MediaClock.rtp(frames * MediaClock.FRAME, leg.sendCodec());
    }

    @Override
    public AudioHook outgoing() {
        return leg.outgoing();
    }

    @Override
    public void onDefect(RuntimeException defect) {
        leg.onDefect(defect);
    }

    /// The way of a sound of ours, past the one that it keeps from speaking.
    private final class OwnSound implements Sink {

        @Override
        public boolean isClocked() {
            return leg.isClocked();
        }

        @Override
        public AudioCodec sendCodec() {
            return leg.sendCodec();
        }

        @Override
        public int expectedLossPercent() {
            return leg.expectedLossPercent();
        }

        @Override
        public boolean isSending() {
            return leg.isSending();
        }

        @Override
        public void send(
                byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
            Earpiece.this.send(payload, offset, length, clockTicks, talkStart);
        }

        @Override
        public AudioHook outgoing() {
            return leg.outgoing();
        }

        @Override
        public void onDefect(RuntimeException defect) {
            leg.onDefect(defect);
        }
    }
}
