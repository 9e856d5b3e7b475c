package offhook.probe;

import java.util.concurrent.TimeUnit;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;

/// Says a soft tone and then the loud one that the other end listens for, a frame each 20 ms. On a
/// thread of its own.
final class Voice {

    /// What the tone is spoken with, each sine.
    static final double SPOKEN_DBOV = -10 + Level.DBM0_IN_DBOV;

    private static final double LOUD_DBM0 = -10;
    private static final double SOFT_DBM0 = -35;
    private static final double SOFT_HZ = 440;
    private static final int SOFT_FRAMES = 25;
    private static final int LOUD_FRAMES = 60;
    private static final long FRAME_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final NanoClock clock;
    private final int rateHz;
    private final double hz;

    /// Written by the thread that speaks, read when it has ended.
    private volatile long spokenNanos;

    Voice(NanoClock clock, int rateHz, double hz) {
        this.clock = clock;
        this.rateHz = rateHz;
        this.hz = hz;
    }

    /// Takes a frame and sends it.
    @FunctionalInterface
    interface Mouth {
        /// Says a frame.
        ///
        /// @return false when nobody listens any more
        boolean say(short[] frame);
    }

    /// Speaks; returns when all is said.
    void speak(Mouth mouth) {
        int samples = rateHz / 50;
        short[] frame = new short[samples];
        Tone soft = new Tone(rateHz, SOFT_DBM0, SOFT_HZ);
        Tone loud = new Tone(rateHz, LOUD_DBM0, hz);
        long began = clock.nanoTime();
        for (int i = 0; i < SOFT_FRAMES + LOUD_FRAMES; i++) {
            long early = began + i * FRAME_NANOS - clock.nanoTime();
            if (early > 0) {
                Threads.pause(early);
            }
            (i < SOFT_FRAMES ? soft : loud).fill(frame, 0, samples);
            if (i == SOFT_FRAMES) {
                spokenNanos = clock.nanoTime();
            }
            if (!mouth.say(frame)) {
                return;
            }
        }
    }

    /// When the first frame of the loud tone was sent.
    long spokenNanos() {
        return spokenNanos;
    }
}
