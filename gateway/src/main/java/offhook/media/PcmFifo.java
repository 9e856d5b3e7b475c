package offhook.media;

import java.util.Arrays;
import offhook.codec.Decoder;

/// PCM between a decoder, whose packets have any length, and an encoder, which takes 20 ms at a
/// time. Holds what one path has not sent yet. Reused, never grows.
final class PcmFifo {

    /// 20 ms at 8 kHz.
    static final int FRAME_SAMPLES = 160;

    private final short[] samples = new short[Decoder.MAX_SAMPLES + FRAME_SAMPLES];
    private int start;
    private int end;

    /// The array; new samples are written at [#writeOffset].
    short[] array() {
        return samples;
    }

    /// Makes room for one more packet, and tells where it is written.
    int writeOffset() {
        if (start > 0) {
            System.arraycopy(samples, start, samples, 0, end - start);
            end -= start;
            start = 0;
        }
        return end;
    }

    /// Takes in what was written.
    void written(int count) {
        end += count;
    }

    /// Adds silence, at most as much as there is room for.
    void writeSilence(int count) {
        int at = writeOffset();
        int fitting = Math.min(count, samples.length - at);
        Arrays.fill(samples, at, at + fitting, (short) 0);
        end += fitting;
    }

    int size() {
        return end - start;
    }

    boolean hasFrame() {
        return size() >= FRAME_SAMPLES;
    }

    /// Where the next frame begins; it counts as read.
    int readFrame() {
        int at = start;
        start += FRAME_SAMPLES;
        return at;
    }

    void clear() {
        start = 0;
        end = 0;
    }
}
