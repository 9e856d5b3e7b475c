package offhook.media;

import java.util.Arrays;

/// Coded audio of a codec with eight bytes a millisecond, as G.711 and G.722 are, that waits to be
/// cut into packets. Reused; has no room before the first audio, then room for common packets, and
/// for the longest once there was a longer one.
final class ByteFifo {

    /// A packet of 20 ms and the rest of one before it.
    private static final int COMMON_BYTES = 2 * Frames.BYTES_PER_FRAME;

    /// More than the longest payload and the rest of a packet before it.
    private static final int MOST_BYTES = 4096;

    private byte[] bytes = new byte[0];
    private int start;
    private int end;

    /// Where the bytes are until more is written.
    byte[] array() {
        return bytes;
    }

    /// Makes room for so many more bytes, and tells where they are written in [#array].
    int writeOffset(int more) {
        int wanted = size() + more;
        if (wanted > bytes.length) {
            byte[] grown = new byte[wanted <= COMMON_BYTES ? COMMON_BYTES : MOST_BYTES];
            System.arraycopy(bytes, start, grown, 0, end - start);
            bytes = grown;
            end -= start;
            start = 0;
        } else if (start > 0) {
            System.arraycopy(bytes, start, bytes, 0, end - start);
            end -= start;
            start = 0;
        }
        return end;
    }

    /// Takes in what was written.
    void written(int count) {
        end += count;
    }

    void write(byte[] from, int offset, int count) {
        int at = writeOffset(count);
        System.arraycopy(from, offset, bytes, at, count);
        end += count;
    }

    void fill(byte value, int count) {
        int at = writeOffset(count);
        Arrays.fill(bytes, at, at + count, value);
        end += count;
    }

    int size() {
        return end - start;
    }

    /// Where the next `count` bytes begin; they count as read.
    int read(int count) {
        int at = start;
        start += count;
        return at;
    }

    void clear() {
        start = 0;
        end = 0;
    }
}
