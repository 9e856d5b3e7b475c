package offhook.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Hands things from one thread to one other without allocating, waiting or locking: the slots are
/// made once, filled by the writer and emptied by the reader in turn. A full ring is a refusal,
/// never growth.
///
/// @param <T> a slot
public final class SlotRing<T> {

    private final List<T> slots;

    /// How many slots were filled; written by the writer alone, after the slot.
    private final AtomicLong written = new AtomicLong();

    /// How many were emptied; written by the reader alone, after it is done with the slot.
    private final AtomicLong read = new AtomicLong();

    /// @param size how many slots
    /// @param slot makes one
    public SlotRing(int size, Supplier<T> slot) {
        List<T> made = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            made.add(slot.get());
        }
        slots = List.copyOf(made);
    }

    /// The slot to be filled next; null when all are full. For the writer alone.
    public @Nullable T claim() {
        long next = written.getPlain();
        return next - read.getAcquire() == slots.size() ? null : at(next);
    }

    /// Lets the reader have the slot that was claimed.
    public void publish() {
        written.setRelease(written.getPlain() + 1);
    }

    /// The slot that was filled first; null when all are empty. For the reader alone.
    public @Nullable T peek() {
        long next = read.getPlain();
        return next == written.getAcquire() ? null : at(next);
    }

    /// Lets the writer have the slot that was peeked at.
    public void release() {
        read.setRelease(read.getPlain() + 1);
    }

    private T at(long index) {
        return slots.get((int) (index % slots.size()));
    }
}
