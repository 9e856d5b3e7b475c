package offhook.runtime;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The bounded queue in front of an owner that must never wait for a lock: any thread offers, only
/// the owner polls. A full queue is a refusal, never growth.
public final class CommandQueue {

    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int capacity;
    private final int reserved;

    /// @param capacity how many ordinary commands may wait
    /// @param reserved how many more that end something may wait
    public CommandQueue(int capacity, int reserved) {
        this.capacity = capacity;
        this.reserved = reserved;
    }

    /// Offers a command.
    ///
    /// @return false when the queue is full
    public boolean offer(Runnable command) {
        return offer(command, capacity);
    }

    /// Offers a command that ends something: it may use the reserved slots.
    ///
    /// @return false when even these are full
    public boolean offerEnding(Runnable command) {
        return offer(command, capacity + reserved);
    }

    private boolean offer(Runnable command, int limit) {
        if (waiting.incrementAndGet() > limit) {
            waiting.decrementAndGet();
            return false;
        }
        return queue.add(command);
    }

    /// Takes the next command; null when there is none. For the owner alone.
    public @Nullable Runnable poll() {
        Runnable command = queue.poll();
        if (command != null) {
            waiting.decrementAndGet();
        }
        return command;
    }
}
