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

/// Takes what is to be recorded from any thread and keeps it in the journal, from where a
/// [RecordFeeder] brings it into the database; leaves the mark of a gateway that lives, and the
/// dialogs that it has.
///
/// Everything in it belongs to the platform thread `records`, which waits for the disk of the
/// journal and for nothing else, except what says otherwise.
final class RecordKeeper {

    private static final Logger LOG = LogManager.getLogger(RecordKeeper.class);

    static final int MAILBOX_SLOTS = 10_000;
    private static final int BATCH = 500;
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// It looks at calls every second; when it did not come to that for so long the disk holds it.
    private static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(8);
    private static final Duration LAST_TRY = Duration.ofSeconds(5);

    private final RecordFolder folder;
    private final NanoClock clock;
    private final Clock wallClock;
    private final Supplier<List<Entry>> changes;

    /// Written once, by whoever starts the rooms. Null: not all of them run yet, and what a gateway
    /// that died left is still to be ended.
    private volatile @Nullable Supplier<List<String>> openDialogs;

    private final Mailbox<Runnable> mailbox = new Mailbox<>(MAILBOX_SLOTS, 1);

    /// Entries for which the mailbox had no room, or that could not be written.
    private final AtomicLong turnedAway = new AtomicLong();

    private final Spool spool;
    private final StoreFeed feed;
    private final RecordFeeder feeder;

    private long tickAtNanos;
    private boolean stopping;

    /// Whether calls live that nobody will end. Written before the thread is told to stop.
    private boolean leavesCalls;

    private @Nullable List<String> keptDialogs;

    /// Written by whoever tells of calls.
    private volatile boolean hasCalls;

    /// When it last began to write to the disk; written by the thread, read by any.
    private volatile long turnAtNanos;

    private volatile @Nullable Thread thread;

    /// @param node what the gateway is called
    /// @param changes what became of calls that live, asked every second
    /// @param opener of the database
    RecordKeeper(
            RecordsConfig config,
            RecordFolder folder,
            String node,
            NanoClock clock,
            Clock wallClock,
            Supplier<List<Entry>> changes,
            StoreFeed.Opener opener) {
        this.folder = folder;
        this.clock = clock;
        this.wallClock = wallClock;
        this.changes = changes;
        this.spool = new Spool(folder::append);
        this.feed = new StoreFeed(config, folder, node, wallClock, opener);
        this.feeder = new RecordFeeder(folder, spool, feed, clock);
    }

    /// For how long records stay from now on; empty: for good. Any thread.
    void keepFor(Optional<Duration> time) {
        feed.keepFor(time);
    }

    /// The gateway runs: keeps these as they are every second, for the one that follows if this one
    /// dies.
    void keepDialogs(Supplier<List<String>> dialogs) {
        openDialogs = dialogs;
    }

    /// From now on there may be a call to end. Any thread.
    void expectCalls() {
        hasCalls = true;
    }

    /// Starts the threads.
    void start() {
        turnAtNanos = clock.nanoTime();
        thread = Threads.startPlatform("records", this::run);
        feeder.start();
    }

    /// Takes an entry. Any thread; never waits.
    void keep(Entry entry) {
        if (!mailbox.offer(() -> add(entry))) {
            turnedAway.incrementAndGet();
        }
    }

    /// Takes what is new of calls that live, on the thread `records`, as soon as it comes to it.
    /// When the mailbox has no room the next look at all of them, a second later, finds the same.
    /// Any thread; never waits.
    void keepSoon(Supplier<List<Entry>> entries) {
        mailbox.offer(() -> entries.get().forEach(this::add));
    }

    /// How it stands. Any thread; never waits for a disk or a database.
    RecordFigures figures() {
        Thread running = thread;
        boolean held = isHeld();
        boolean journalUp = spool.isUp() && !held;
        String diskError = held ? "the disk does not answer" : spool.lastError();
        return new RecordFigures(
                feed.stored(),
                folder.journal().waitingBytes(),
                spool.size(),
                feed.refused(),
                spool.lost() + turnedAway.get(),
                feed.isUp(),
                journalUp,
                journalUp ? feed.lastError() : diskError,
                feed.namesake(),
                (running == null || running.isAlive()) && feeder.isRunning());
    }

    /// Whether the disk has held the thread for so long that somebody should know.
    private boolean isHeld() {
        Thread running = thread;
        return running != null && running.isAlive() && clock.nanoTime() - turnAtNanos > HELD_NANOS;
    }

    /// Brings everything to the disk, tries the database once more, and ends the threads. Whoever
    /// calls waits for it.
    ///
    /// @param callsLive whether there are calls that did not end; the next start does it
    void stop(boolean callsLive) throws InterruptedException {
        Thread running = thread;
        if (running == null) {
            return;
        }
        mailbox.offerEnding(() -> {
            leavesCalls = callsLive;
            stopping = true;
        });
        running.join(STOP_PATIENCE);
        if (running.isAlive()) {
            LOG.error("call records wait for a disk that does not answer, and are left");
        }
        feeder.stop(LAST_TRY);
        try {
            folder.close();
        } catch (IOException e) {
            LOG.error("the folder of call records cannot be left as it should", e);
        }
    }

    private void run() {
        tickAtNanos = clock.nanoTime();
        try {
            while (!stopping) {
                takeIn(mailbox.poll(Math.max(0, tickAtNanos - clock.nanoTime())));
                guarded(this::turn);
            }
            guarded(this::end);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn() {
        long now = clock.nanoTime();
        turnAtNanos = now;
        boolean due = now - tickAtNanos >= 0;
        if (due) {
            tickAtNanos = now + TICK_NANOS;
            guarded(() -> changes.get().forEach(this::add));
        }
        write();
        if (due) {
            leaveMark(); // after what became of those who are marked as dead is on the disk
        }
    }

    private void write() {
        spool.write();
        if (!folder.isHeld()) {
            feeder.ring(); // it lets go, too
        } else if (!folder.journal().isEmpty() || spool.size() > 0) {
            feeder.ring();
        }
    }

    /// As much as there is, for one write to the disk.
    private void takeIn(@Nullable Runnable first) {
        Runnable next = first;
        for (int taken = 1; next != null; taken++) {
            guarded(next);
            next = taken < BATCH ? mailbox.poll() : null;
        }
    }

    /// A defect in one thing must not end all others: nobody would keep records from then on.
    private static void guarded(Runnable thing) {
        try {
            thing.run();
        } catch (RuntimeException | Error defect) {
            LOG.error("a defect in what keeps call records", defect);
        }
    }

    private void add(Entry entry) {
        try {
            spool.add(entry);
        } catch (IllegalStateException e) {
            turnedAway.incrementAndGet();
            LOG.error("a call record cannot be written", e);
        }
    }

    /// Before all rooms run nothing is marked: a start that fails leaves what the gateway before it
    /// left as it was.
    private void leaveMark() {
        Supplier<List<String>> dialogs = openDialogs;
        if ((dialogs == null && !hasCalls) || !folder.isHeld()) {
            return;
        }
        try {
            folder.markAlive(wallClock.instant());
        } catch (IOException e) {
            folder.letGo();
            spool.failed(e);
            return;
        }
        if (dialogs != null) {
            tryToKeep(dialogs.get());
        }
    }

    private void tryToKeep(List<String> dialogs) {
        try {
            keepDialogs(dialogs);
        } catch (IOException e) {
            LOG.warn("the folder of call records cannot be written: {}", e.toString());
        }
    }

    private void keepDialogs(List<String> now) throws IOException {
        if (!now.equals(keptDialogs)) {
            folder.keepDialogs(now);
            keptDialogs = now;
        }
    }

    /// The mark goes when nothing is left to end: else the next start does it.
    private void end() {
        write();
        if (openDialogs == null || leavesCalls) {
            return;
        }
        try {
            folder.markEnded();
        } catch (IOException e) {
            LOG.error("the folder of call records cannot be left as it should", e);
        }
    }
}
