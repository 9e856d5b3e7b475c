package offhook.cdr;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import offhook.runtime.Mailbox;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Brings what the journal holds into the database, in order, whenever that can be reached, on the
/// platform thread `records-database`. Only this one waits for a database, for as long as that
/// likes: what is to be recorded is on the disk before it comes here.
final class RecordFeeder {

    private static final Logger LOG = LogManager.getLogger(RecordFeeder.class);

    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long FORGET_EVERY_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final long SHOW_UP_EVERY_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final RecordFolder folder;
    private final Spool spool;
    private final StoreFeed feed;
    private final NanoClock clock;

    /// Rung when there is something new: one ring that waits says as much as many.
    private final Mailbox<Boolean> bell = new Mailbox<>(1, 1);

    private long feedAtNanos;
    private long forgetAtNanos;
    private long showUpAtNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    /// Written by whoever stops, read by the thread.
    private volatile boolean stopping;

    private volatile @Nullable Thread thread;

    RecordFeeder(RecordFolder folder, Spool spool, StoreFeed feed, NanoClock clock) {
        this.folder = folder;
        this.spool = spool;
        this.feed = feed;
        this.clock = clock;
    }

    /// Starts the thread. It keeps no JVM alive: what it has not brought in stays in the journal.
    void start() {
        feedAtNanos = clock.nanoTime();
        forgetAtNanos = feedAtNanos;
        showUpAtNanos = feedAtNanos;
        Thread started = Threads.platform("records-database", this::run);
        thread = started;
        started.start();
    }

    /// Something new waits. Any thread; never waits.
    void ring() {
        bell.offer(true);
    }

    /// Whether the thread does what it is for, or nobody started it yet. Any thread.
    boolean isRunning() {
        Thread running = thread;
        return running == null || running.isAlive();
    }

    /// Tries the database once more and ends the thread. Whoever calls waits for it, and no longer
    /// than that: what is not in the database then is brought in by the next start.
    void stop(Duration patience) throws InterruptedException {
        stopping = true;
        bell.offerEnding(true);
        Thread running = thread;
        if (running != null) {
            running.join(patience);
            feed.giveUp();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                bell.poll(nanosToWait());
                turn();
            }
            if (feed.feed(spool)) {
                feed.leave();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            feed.close();
        }
    }

    private void turn() {
        try {
            long now = clock.nanoTime();
            if (feed.isAway()) {
                feed.close();
                feedAtNanos = now + FIRST_PAUSE_NANOS;
            } else if (now - feedAtNanos >= 0 && wantsDatabase()) {
                feed(now);
            }
        } catch (RuntimeException | Error defect) {
            // One that comes back each time must not take the processor.
            LOG.error("a defect in what brings call records into the database", defect);
            pause();
        }
    }

    /// Whether records wait, or nobody brought the schema up to date, for those who read, or it is
    /// time to show up or to delete.
    private boolean wantsDatabase() {
        return !feed.isOpen()
                || !folder.journal().isEmpty()
                || (spool.size() > 0 && !spool.isUp())
                || clock.nanoTime() - nextByTimeNanos() >= 0;
    }

    private void feed(long now) {
        if (!feed.feed(spool)) {
            pause();
            return;
        }
        pauseNanos = FIRST_PAUSE_NANOS;
        if (now - showUpAtNanos >= 0) {
            feed.showUp();
            showUpAtNanos = now + SHOW_UP_EVERY_NANOS;
        }
        if (now - forgetAtNanos < 0) {
            return;
        }
        switch (feed.forget()) {
            case MORE -> ring(); // after what came meanwhile
            case DONE -> forgetAtNanos = now + FORGET_EVERY_NANOS;
            case FAILED -> pause();
        }
    }

    private void pause() {
        feedAtNanos = clock.nanoTime() + pauseNanos;
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
    }

    private long nanosToWait() {
        long now = clock.nanoTime();
        return Math.max(0, (wantsDatabase() ? feedAtNanos : nextByTimeNanos()) - now);
    }

    /// When there is something to do even if nothing is to be recorded.
    private long nextByTimeNanos() {
        return showUpAtNanos - forgetAtNanos < 0 ? showUpAtNanos : forgetAtNanos;
    }
}
