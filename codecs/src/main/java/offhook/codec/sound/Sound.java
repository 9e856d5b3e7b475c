package offhook.codec.sound;

import java.util.Arrays;
import offhook.codec.dsp.Resampler;

/// A sound that goes on for ever: its end joins its beginning. Immutable, so that any number of
/// listeners on any thread share one; kept at the rates that calls use, so that nobody resamples
/// while he plays it.
public final class Sound {

    /// Of G.711.
    public static final int NARROWBAND_HZ = 8000;

    /// Of G.722 and Opus.
    public static final int WIDEBAND_HZ = 16_000;

    /// Nothing is heard.
    public static final Sound SILENCE = new Sound(new short[160], new short[320]);

    /// What the resampler sees beyond either end.
    private static final int MARGIN_MILLIS = 100;

    private final short[] narrow;
    private final short[] wide;

    private Sound(short[] narrow, short[] wide) {
        this.narrow = narrow;
        this.wide = wide;
    }

    /// A sound of mono PCM.
    ///
    /// @param rateHz one that divides 48 kHz
    /// @throws IllegalArgumentException when it is shorter than 20 ms
    public static Sound of(short[] pcm, int rateHz) {
        if (pcm.length < rateHz / 50) {
            throw new IllegalArgumentException("shorter than 20 ms");
        }
        return new Sound(at(NARROWBAND_HZ, pcm, rateHz), at(WIDEBAND_HZ, pcm, rateHz));
    }

    private static short[] at(int toHz, short[] pcm, int fromHz) {
        if (toHz == fromHz) {
            return pcm.clone();
        }
        int margin = fromHz / 1000 * MARGIN_MILLIS;
        short[] around = new short[pcm.length + 2 * margin];
        for (int i = 0; i < around.length; i++) {
            around[i] = pcm[Math.floorMod(i - margin, pcm.length)];
        }
        short[] out = new Resampler(fromHz, toHz).resample(around);
        int first = toHz / 1000 * MARGIN_MILLIS;
        int length = (int) ((long) pcm.length * toHz / fromHz);
        return Arrays.copyOfRange(out, first, first + length);
    }

    /// Copies a piece.
    ///
    /// @param rateHz [#NARROWBAND_HZ] or [#WIDEBAND_HZ]
    /// @param position of the piece, in samples since the sound began the first time
    public void read(int rateHz, long position, short[] into, int offset, int count) {
        short[] pcm = rateHz == NARROWBAND_HZ ? narrow : wide;
        int at = (int) (position % pcm.length);
        for (int done = 0; done < count; ) {
            int piece = Math.min(count - done, pcm.length - at);
            System.arraycopy(pcm, at, into, offset + done, piece);
            done += piece;
            at = 0;
        }
    }

    /// How long it is until it begins again.
    public int millis() {
        return (int) (wide.length * 1000L / WIDEBAND_HZ);
    }
}
