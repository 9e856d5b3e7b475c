package offhook.media;

import java.util.Arrays;

/// PCM that waits for an encoder, which takes 20 ms at a time. Reused; has no room before the first
/// audio, then room for common packets, and for the longest once there was a longer one.
final class PcmFifo {

    private static final int FRAMES_PER_SECOND = 50;

    /// A packet of 20 ms and the rest of a frame before it, at the wide rate.
    private static final int COMMON_SAMPLES = 2 * Transcoder.WIDEBAND_HZ / FRAMES_PER_SECOND;

    /// The longest packet and the rest of a frame before it.
    private static final int MOST_SAMPLES =
            Transcoder.MOST_SAMPLES + Transcoder.WIDEBAND_HZ / FRAMES_PER_SECOND;

    private short[] samples = new short[0];
    private int rateHz = 8000;
    private int start;
    private int end;

    /// Where the samples are until more is written.
    short[] array() {
        return samples;
    }

    int rateHz() {
        return rateHz;
    }

    /// Samples of 20 ms.
    int frameSamples() {
        return rateHz / FRAMES_PER_SECOND;
    }

    /// What is written from now on has this rate, and what waits is brought to it: the rest of a
    /// frame at most, so that a straight line between two samples will do.
    void rate(int newHz) {
        if (newHz == rateHz) {
            return;
        }
        int count = (int) ((long) size() * newHz / rateHz);
        compact(Math.max(0, count - size()));
        if (newHz > rateHz) {
            for (int i = count - 1; i >= 0; i--) {
                samples[i] = between(i, newHz);
            }
        } else {
            for (int i = 0; i < count; i++) {
                samples[i] = between(i, newHz);
            }
        }
        end = count;
        rateHz = newHz;
    }

    private short between(int index, int newHz) {
        long position = (long) index * rateHz;
        int before = (int) (position / newHz);
        int rest = (int) (position % newHz);
        int after = Math.min(before + 1, end - 1);
        return (short) (samples[before] + (long) (samples[after] - samples[before]) * rest / newHz);
    }

    void write(short[] from, int offset, int count) {
        compact(count);
        System.arraycopy(from, offset, samples, end, count);
        end += count;
    }

    void writeSilence(int count) {
        compact(count);
        Arrays.fill(samples, end, end + count, (short) 0);
        end += count;
    }

    /// Brings what waits to the begin, with room for so many more.
    private void compact(int more) {
        int wanted = size() + more;
        if (wanted > samples.length) {
            short[] grown = new short[wanted <= COMMON_SAMPLES ? COMMON_SAMPLES : MOST_SAMPLES];
            System.arraycopy(samples, start, grown, 0, end - start);
            samples = grown;
            end -= start;
            start = 0;
        } else if (start > 0) {
            System.arraycopy(samples, start, samples, 0, end - start);
            end -= start;
            start = 0;
        }
    }

    int size() {
        return end - start;
    }

    boolean hasFrame() {
        return size() >= frameSamples();
    }

    /// Where the next frame begins; it counts as read.
    int readFrame() {
        int at = start;
        start += frameSamples();
        return at;
    }

    void clear() {
        start = 0;
        end = 0;
    }
}
