package offhook.cdr;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import offhook.config.RecordsConfig;
import offhook.runtime.Mailbox;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Takes what is to be recorded from any thread, keeps it in the journal, and brings it from there
/// into the database, in order, whenever that can be reached.
///
/// Everything in it belongs to the platform thread `records`, which may wait for disk and database,
/// except what says otherwise.
final class RecordKeeper {

    private static final Logger LOG = LogManager.getLogger(RecordKeeper.class);

    static final int MAILBOX_SLOTS = 10_000;
    private static final int BATCH = 500;
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long FORGET_EVERY_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(8);

    private final RecordFolder folder;
    private final NanoClock clock;
    private final Clock wallClock;
    private final Supplier<List<Entry>> changes;

    /// Written once, by whoever starts the rooms.
    private volatile Supplier<List<String>> openDialogs = List::of;

    private final Mailbox<Runnable> mailbox = new Mailbox<>(MAILBOX_SLOTS, 1);

    /// Entries for which the mailbox had no room.
    private final AtomicLong turnedAway = new AtomicLong();

    private final Spool spool;
    private final StoreFeed feed;

    private long tickAtNanos;
    private long feedAtNanos;
    private long forgetAtNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private boolean stopping;
    private @Nullable List<String> keptDialogs;

    /// Written by the thread, read by any.
    private volatile RecordFigures figures = RecordFigures.NONE;

    private volatile @Nullable Thread thread;

    /// @param changes what became of calls that live, asked every second
    RecordKeeper(
            RecordsConfig config,
            RecordFolder folder,
            NanoClock clock,
            Clock wallClock,
            Supplier<List<Entry>> changes) {
        this.folder = folder;
        this.clock = clock;
        this.wallClock = wallClock;
        this.changes = changes;
        this.spool = new Spool(folder.journal());
        this.feed = new StoreFeed(config, folder, wallClock);
    }

    /// For how long records stay from now on; empty: for good. Any thread.
    void keepFor(Optional<Duration> time) {
        feed.keepFor(time);
    }

    /// Keeps these as they are every second, for the gateway that follows if this one dies.
    void keepDialogs(Supplier<List<String>> dialogs) {
        openDialogs = dialogs;
    }

    /// Starts the thread.
    void start() {
        thread = Threads.startPlatform("records", this::run);
    }

    /// Takes an entry. Any thread; never waits.
    void keep(Entry entry) {
        if (!mailbox.offer(() -> spool.add(entry))) {
            turnedAway.incrementAndGet();
        }
    }

    /// Takes what is new of calls that live, on the thread `records`, as soon as it comes to it.
    /// When the mailbox has no room the next look at all of them, a second later, finds the same.
    /// Any thread; never waits.
    void keepSoon(Supplier<List<Entry>> entries) {
        mailbox.offer(() -> entries.get().forEach(spool::add));
    }

    /// How it stands. Any thread.
    RecordFigures figures() {
        return figures;
    }

    /// Brings everything to the disk, tries the database once more, and ends the thread. Whoever
    /// calls waits for it.
    void stop() throws InterruptedException {
        Thread running = thread;
        if (running != null) {
            mailbox.offerEnding(() -> stopping = true);
            running.join(STOP_PATIENCE);
        }
    }

    private void run() {
        long now = clock.nanoTime();
        tickAtNanos = now;
        feedAtNanos = now;
        forgetAtNanos = now;
        try {
            while (!stopping) {
                turn();
            }
            spool.write();
            feed.feed(spool);
            folder.markEnded();
            folder.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("the folder of call records cannot be left as it should", e);
        } finally {
            publish();
            feed.close();
        }
    }

    private void turn() throws InterruptedException {
        takeIn(mailbox.poll(nanosToWait()));
        long now = clock.nanoTime();
        if (now - tickAtNanos >= 0) {
            tickAtNanos = now + TICK_NANOS;
            changes.get().forEach(spool::add);
            leaveMark();
        }
        spool.write();
        if (now - feedAtNanos >= 0 && wantsDatabase()) {
            feed(now);
        }
        publish();
    }

    /// As much as there is, for one write to the disk.
    private void takeIn(@Nullable Runnable first) {
        Runnable next = first;
        for (int taken = 1; next != null; taken++) {
            next.run();
            next = taken < BATCH ? mailbox.poll() : null;
        }
    }

    /// Whether records wait, or nobody brought the schema up to date, for those who read.
    private boolean wantsDatabase() {
        return !feed.isOpen() || !folder.journal().isEmpty() || spool.size() > 0;
    }

    private void feed(long now) {
        if (!feed.feed(spool)) {
            feedAtNanos = now + pauseNanos;
            pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
            return;
        }
        pauseNanos = FIRST_PAUSE_NANOS;
        if (now - forgetAtNanos >= 0) {
            forgetAtNanos = now + FORGET_EVERY_NANOS;
            feed.forget();
        }
    }

    private long nanosToWait() {
        long now = clock.nanoTime();
        long untilTick = tickAtNanos - now;
        long next = wantsDatabase() ? Math.min(untilTick, feedAtNanos - now) : untilTick;
        return Math.max(0, next);
    }

    private void leaveMark() {
        try {
            folder.markAlive(wallClock.instant());
            List<String> now = openDialogs.get();
            if (!now.equals(keptDialogs)) {
                folder.keepDialogs(now);
                keptDialogs = now;
            }
        } catch (IOException e) {
            LOG.warn("the folder of call records cannot be written: {}", e.toString());
        }
    }

    private void publish() {
        figures =
                new RecordFigures(
                        feed.stored(),
                        folder.journal().waitingBytes(),
                        spool.size(),
                        feed.refused(),
                        spool.lost() + turnedAway.get(),
                        feed.isUp(),
                        spool.isUp(),
                        spool.isUp() ? feed.lastError() : spool.lastError());
    }
}
