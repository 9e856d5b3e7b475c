package offhook.media;

import java.util.Arrays;

/// Coded audio of a codec with eight bytes a millisecond, as G.711 and G.722 are, that waits to be
/// cut into packets. Reused, never grows.
final class ByteFifo {

    /// More than the longest payload and the rest of a packet before it.
    private static final int CAPACITY = 4096;

    private final byte[] bytes = new byte[CAPACITY];
    private int start;
    private int end;

    byte[] array() {
        return bytes;
    }

    /// Makes room, and tells where new bytes are written.
    int writeOffset() {
        if (start > 0) {
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
        System.arraycopy(from, offset, bytes, writeOffset(), count);
        end += count;
    }

    void fill(byte value, int count) {
        int at = writeOffset();
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
