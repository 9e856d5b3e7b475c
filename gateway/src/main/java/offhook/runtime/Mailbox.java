package offhook.runtime;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The bounded queue in front of an owner. Any thread offers; only the owner takes.
///
/// A full mailbox is a counted refusal, never growth. Some slots are kept for inputs that end their
/// owner, so that what is overloaded can still be ended.
///
/// @param <T> what the owner handles
public final class Mailbox<T> {

    /// Linked, because most owners wait with nothing in it: an array of all slots would be the
    /// greatest part of a mailbox.
    private final LinkedBlockingQueue<T> queue;

    private final int ordinaryCapacity;
    private final AtomicLong refusals = new AtomicLong();

    /// @param capacity how many ordinary inputs may wait
    /// @param reserved how many more ending inputs may wait
    public Mailbox(int capacity, int reserved) {
        this.queue = new LinkedBlockingQueue<>(capacity + reserved);
        this.ordinaryCapacity = capacity;
    }

    /// Offers an ordinary input.
    ///
    /// @return false when the mailbox is full; the refusal is counted
    public boolean offer(T input) {
        if (queue.size() >= ordinaryCapacity || !queue.offer(input)) {
            refusals.incrementAndGet();
            return false;
        }
        return true;
    }

    /// Offers an input that ends the owner: it may use the reserved slots.
    ///
    /// @return false when even these are full; the refusal is counted
    public boolean offerEnding(T input) {
        if (!queue.offer(input)) {
            refusals.incrementAndGet();
            return false;
        }
        return true;
    }

    /// Offers an ending input, waiting at most `timeoutNanos` for a place.
    ///
    /// @return false when none came free; the refusal is counted
    public boolean offerEnding(T input, long timeoutNanos) throws InterruptedException {
        if (!queue.offer(input, timeoutNanos, TimeUnit.NANOSECONDS)) {
            refusals.incrementAndGet();
            return false;
        }
        return true;
    }

    /// Takes the next input, waiting for it. For the owner alone.
    public T take() throws InterruptedException {
        return queue.take();
    }

    /// Takes the next input, waiting at most `timeoutNanos`; null when none came. For the owner
    /// alone.
    public @Nullable T poll(long timeoutNanos) throws InterruptedException {
        return queue.poll(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    /// Takes the next input if there is one. For the owner alone.
    public @Nullable T poll() {
        return queue.poll();
    }

    /// How many offers were refused so far.
    public long refusals() {
        return refusals.get();
    }
}
