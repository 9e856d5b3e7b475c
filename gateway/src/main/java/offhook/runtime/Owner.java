package offhook.runtime;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One virtual thread that owns objects, the mailbox of commands in front of it, and its deadlines.
///
/// Any thread posts; the owner runs one command after the other, so what only commands touch needs
/// no lock. A command that throws is a defect: it is reported and the next one runs.
public final class Owner {

    private static final long IDLE_NANOS = 60_000_000_000L;

    private final String name;
    private final NanoClock clock;
    private final Mailbox<Runnable> mailbox;
    private final Consumer<RuntimeException> onDefect;
    // Touched by the owner alone.
    private final PriorityQueue<Deadline> deadlines =
            new PriorityQueue<>(
                    Comparator.comparingLong((Deadline d) -> d.atNanos)
                            .thenComparingLong(d -> d.order));
    private long scheduled;
    // Written by the thread that starts and stops, read by the owner.
    private volatile @Nullable Thread thread;

    /// @param name of the thread
    /// @param clock what deadlines are measured by
    /// @param capacity how many ordinary commands may wait; as many ending ones more
    /// @param onDefect told, on the owner's thread, what a command threw
    public Owner(String name, NanoClock clock, int capacity, Consumer<RuntimeException> onDefect) {
        this.name = name;
        this.clock = clock;
        this.mailbox = new Mailbox<>(capacity, capacity);
        this.onDefect = onDefect;
    }

    /// Starts the owner's thread.
    public void start() {
        Thread started = Thread.ofVirtual().name(name).unstarted(this::loop);
        thread = started;
        started.start();
    }

    /// Stops the owner; commands that wait are dropped.
    public void stop() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
        }
    }

    /// Posts an ordinary command. Any thread.
    ///
    /// @return false when the mailbox is full; the refusal is counted
    public boolean post(Runnable command) {
        return mailbox.offer(command);
    }

    /// Posts a command that ends something, for which slots are reserved. Any thread.
    ///
    /// @return false when even these are full; the refusal is counted
    public boolean postEnding(Runnable command) {
        return mailbox.offerEnding(command);
    }

    /// Has the owner run a command that must not be lost, and waits until it was run. Any thread
    /// but the owner's.
    ///
    /// @param patienceNanos how long it may take until the owner comes to it
    /// @return false when that was not enough, or the caller was interrupted: then it never runs
    public boolean carryOut(Runnable command, long patienceNanos) {
        Turn turn = new Turn(command);
        long untilNanos = System.nanoTime() + patienceNanos;
        try {
            if (!mailbox.offerEnding(turn, patienceNanos)) {
                return false;
            }
            if (turn.await(untilNanos - System.nanoTime())) {
                return true;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return !turn.withdraw();
    }

    /// Runs a command on the owner after a delay. For the owner alone.
    public Deadline schedule(long delayNanos, Runnable command) {
        Deadline deadline = new Deadline(clock.nanoTime() + delayNanos, scheduled++, command);
        deadlines.add(deadline);
        return deadline;
    }

    /// The clock the owner measures by.
    public NanoClock clock() {
        return clock;
    }

    /// How many commands were refused because the mailbox was full.
    public long refusals() {
        return mailbox.refusals();
    }

    /// Runs what waits and what is due, on the calling thread. For tests that turn the clock by
    /// hand instead of starting the owner.
    public void runPending() {
        for (Runnable next = next(); next != null; next = next()) {
            run(next);
        }
    }

    private @Nullable Runnable next() {
        Runnable due = takeDue();
        return due != null ? due : mailbox.poll();
    }

    private void loop() {
        while (Thread.currentThread().equals(thread)) {
            Runnable due = takeDue();
            if (due != null) {
                run(due);
                continue;
            }
            try {
                Runnable command = mailbox.poll(nanosToNextDeadline());
                if (command != null) {
                    run(command);
                }
            } catch (InterruptedException _) {
                // Only stop() interrupts; the loop's condition sees it.
            }
        }
    }

    private long nanosToNextDeadline() {
        Deadline first = deadlines.peek();
        return first == null ? IDLE_NANOS : Math.max(0, first.atNanos - clock.nanoTime());
    }

    private @Nullable Runnable takeDue() {
        Deadline first = deadlines.peek();
        if (first == null || first.atNanos - clock.nanoTime() > 0) {
            return null;
        }
        deadlines.remove();
        return first.command;
    }

    private void run(Runnable command) {
        try {
            command.run();
        } catch (RuntimeException defect) {
            onDefect.accept(defect);
        } catch (Error error) {
            // An owner that ends leaves all that it owns without one, and nobody hears of it.
            onDefect.accept(new IllegalStateException("a command ended by an error", error));
        }
    }

    /// A command that waits for its time. For the owner alone.
    public final class Deadline {

        private final long atNanos;
        private final long order;
        private final Runnable command;

        private Deadline(long atNanos, long order, Runnable command) {
            this.atNanos = atNanos;
            this.order = order;
            this.command = command;
        }

        /// The command will not run. Idempotent.
        public void cancel() {
            deadlines.remove(this);
        }
    }
}
