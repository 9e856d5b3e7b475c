package offhook.media;

import offhook.codec.AudioCodec;
import offhook.runtime.SlotRing;
import org.jspecify.annotations.Nullable;

/// What two legs of two calls have in common that hear each other: a lane each way, between the
/// loops of the two calls.
final class TieLine {

    /// Of the leg that opened the line.
    private final Lane fromNear = new Lane();

    /// Of the leg that it was opened to.
    private final Lane fromFar = new Lane();

    /// What a leg sends by.
    Lane out(boolean near) {
        return near ? fromNear : fromFar;
    }

    /// What a leg hears.
    Lane in(boolean near) {
        return near ? fromFar : fromNear;
    }

    /// One direction. Written by the loop of the leg that sends, read by that of the leg that
    /// hears.
    static final class Lane {

        /// 640 ms of frames: what waits longer is of no use to anybody.
        private static final int SLOTS = 32;

        final SlotRing<Frame> frames = new SlotRing<>(SLOTS, Frame::new);

        /// What was sent last. Written by the loop that sends, read by the one that hears.
        volatile AudioCodec codec = AudioCodec.PCMA;

        /// Who hears; null while nobody does. Written by its loop, read by the one that sends.
        volatile @Nullable MediaLoop reader;
    }

    /// Coded audio on its way. Belongs to whichever side has the slot.
    static final class Frame {

        /// The longest packet of Opus (RFC 6716 §3.4), which is longer than 120 ms of G.711.
        static final int MOST_BYTES = 1275;

        AudioCodec codec = AudioCodec.PCMA;
        final byte[] payload = new byte[MOST_BYTES];
        int length;
        int clockTicks;
        boolean talkStart;
    }
}
