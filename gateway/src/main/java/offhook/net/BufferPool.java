package offhook.net;

/// Keeps the packet buffers of one media loop for reuse. It makes a new one when it has none and
/// keeps no more than its bound. Owned by that loop.
public final class BufferPool {

    private final PacketBuffer[] free;
    private int freeCount;
    private long made;
    private long takenCount;

    /// A pool that keeps at most `bound` idle buffers, and makes them as they are needed.
    public BufferPool(int bound) {
        free = new PacketBuffer[bound];
    }

    /// An empty buffer.
    public PacketBuffer take() {
        takenCount++;
        if (freeCount == 0) {
            made++;
            return new PacketBuffer();
        }
        return free[--freeCount];
    }

    /// Gives a buffer back; the caller must not touch it again.
    public void give(PacketBuffer buffer) {
        if (takenCount == 0) {
            throw new IllegalStateException("more buffers given back than taken");
        }
        takenCount--;
        if (freeCount < free.length) {
            free[freeCount++] = buffer.clear();
        }
    }

    /// Buffers that are out.
    public long taken() {
        return takenCount;
    }

    /// Buffers made so far; it stops growing when the pool fits its load.
    public long made() {
        return made;
    }
}
