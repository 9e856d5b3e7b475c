package offhook.audit;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import offhook.config.AuditConfig;
import offhook.fault.FailureWords;
import offhook.runtime.Mailbox;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import offhook.telemetry.AuditLog;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Takes what is to be recorded from any thread and has it on the disk soon after, on a platform
/// thread of its own, to which everything in it belongs except what says otherwise.
///
/// While the disk takes nothing, entries wait; those that find no room are counted, and the log
/// says how many they were as soon as it can be written again. Half of the room is for operators
/// alone, so that strangers cannot crowd them out.
public final class AuditWriter implements AuditLog {

    private static final Logger LOG = LogManager.getLogger(AuditWriter.class);

    private static final int STRANGERS_SLOTS = 2_000;
    private static final int OWN_SLOTS = 2_000;
    private static final int BATCH = 500;
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long ANCHOR_NANOS = TimeUnit.MINUTES.toNanos(15);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final LogFile file;
    private final NanoClock clock;
    private final InstantSource wallClock;
    private final Mailbox<Entry> mailbox = new Mailbox<>(STRANGERS_SLOTS, OWN_SLOTS);
    private final Rations rations = new Rations();

    private final List<Entry> pending = new ArrayList<>();
    private long toldRefusals;
    private long anchorAtNanos;
    private Chain anchored = Chain.START;
    private String lastError = "";
    private String tampering = "";
    private boolean up = true;

    /// Written by the thread, read by any.
    private volatile AuditFigures figures;

    /// Written by whoever stops, read by the thread.
    private volatile boolean stopping;

    private volatile @Nullable Thread thread;

    private AuditWriter(LogFile file, NanoClock clock, InstantSource wallClock) {
        this.file = file;
        this.clock = clock;
        this.wallClock = wallClock;
        this.figures = figuresNow();
    }

    /// Opens the log and starts.
    ///
    /// @param beginning what the first line says of this start
    /// @throws IOException when the log cannot be written; the message says what to do
    public static AuditWriter start(
            AuditConfig config, String beginning, NanoClock clock, InstantSource wallClock)
            throws IOException {
        LogFile file;
        try {
            file = LogFile.open(config.file(), config.rotateBytes());
        } catch (IOException e) {
            throw new IOException(
                    "the audit log %s cannot be written (%s); set ops.audit.file to a file that this user may write and no other gateway does, or ops.audit to off"
                            .formatted(config.file(), e),
                    e);
        }
        AuditWriter writer = new AuditWriter(file, clock, wallClock);
        writer.pending.add(Entry.own(wallClock.instant(), "start", beginning));
        writer.thread = Threads.startPlatform("audit", writer::run);
        return writer;
    }

    @Override
    public void record(String who, String what, String subject, String outcome) {
        mailbox.offerEnding(new Entry(wallClock.instant(), who, what, subject, outcome, false));
    }

    @Override
    public void recordStranger(String who, String what, String subject, String outcome) {
        mailbox.offer(new Entry(wallClock.instant(), who, what, subject, outcome, true));
    }

    /// How it stands. Any thread.
    public AuditFigures figures() {
        return figures;
    }

    /// Has everything on the disk that was recorded, and ends the thread. Whoever calls waits.
    public void stop() throws InterruptedException {
        Thread running = thread;
        if (running != null) {
            record(Entry.SELF, "stop", "", "ok");
            stopping = true;
            running.join(STOP_PATIENCE);
        }
    }

    private void run() {
        anchorAtNanos = clock.nanoTime();
        try {
            boolean last;
            boolean more;
            do {
                // Asked first: what was recorded before is there then.
                last = stopping;
                more = turnOrTell(last);
            } while (more || !last);
            anchor();
            file.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("the audit log cannot be closed", e);
        }
    }

    /// One turn. A defect in it is trouble like that of a disk, and told: without this thread
    /// nothing would be recorded any more, and nobody would know.
    private boolean turnOrTell(boolean last) throws InterruptedException {
        try {
            return turn(last);
        } catch (RuntimeException | Error defect) {
            if (up) {
                LOG.error("a defect in the audit log, entries wait", defect);
            }
            up = false;
            lastError = defect.toString();
            figures = figuresNow();
            Threads.rest(TICK_NANOS);
            return false;
        }
    }

    /// @param last whether nothing more is to come, for which to wait
    /// @return whether there may be more to write, and it can be written
    private boolean turn(boolean last) throws InterruptedException {
        int taken = 0;
        if (pending.size() < BATCH) {
            boolean idle = !last && (pending.isEmpty() || !up);
            taken = takeIn(idle ? mailbox.poll(TICK_NANOS) : mailbox.poll());
        } else if (!up) {
            Threads.rest(TICK_NANOS);
        }
        pending.addAll(rations.leftOut(wallClock.instant(), clock.nanoTime()));
        write();
        if (clock.nanoTime() - anchorAtNanos >= 0) {
            anchor();
        }
        figures = figuresNow();
        return up && taken > 0;
    }

    /// @return how many were taken, those that strangers may not have written included
    private int takeIn(@Nullable Entry first) {
        Entry next = first;
        int taken = 0;
        while (next != null) {
            taken++;
            if (rations.take(next, clock.nanoTime())) {
                pending.add(next);
            }
            next = pending.size() < BATCH ? mailbox.poll() : null;
        }
        return taken;
    }

    private void write() {
        try {
            file.takeHold();
            file.look();
            noteFindings();
            long refusals = mailbox.refusals();
            List<Entry> batch = new ArrayList<>(pending);
            if (refusals > toldRefusals) {
                batch.add(
                        Entry.own(
                                wallClock.instant(),
                                "audit-lost",
                                refusals - toldRefusals + " entries found no room"));
            }
            if (!batch.isEmpty()) {
                file.append(batch);
                pending.clear();
                toldRefusals = refusals;
            }
            file.settle(wallClock.instant());
            if (!up) {
                LOG.warn("the audit log can be written again");
            }
            up = true;
        } catch (IOException e) {
            if (up) {
                LOG.error("the audit log cannot be written, entries wait: {}", FailureWords.of(e));
            }
            up = false;
            lastError = FailureWords.of(e);
            file.letGo();
        }
    }

    /// What somebody else did to the file is told in the log itself, and for good; what was mended
    /// is told, and no reason to look for anybody.
    private void noteFindings() {
        for (String notice : file.takeNotices()) {
            LOG.warn("the audit log was mended: {}", notice);
            pending.add(Entry.own(wallClock.instant(), "audit-mended", notice));
        }
        for (String finding : file.takeFindings()) {
            LOG.error("the audit log was not as it was left: {}", finding);
            tampering = finding;
            pending.add(Entry.own(wallClock.instant(), "audit-tampered", finding));
        }
    }

    /// Says in the gateway's own log where this one ends: lines that are cut off its end, with the
    /// file beside it made to fit, are missed by whoever has that.
    private void anchor() {
        anchorAtNanos = clock.nanoTime() + ANCHOR_NANOS;
        if (!file.end().equals(anchored)) {
            anchored = file.end();
            LOG.info("audit anchor={}", anchored);
        }
    }

    private AuditFigures figuresNow() {
        Chain end = file.end();
        return new AuditFigures(
                end.sequence(), end.toString(), mailbox.refusals(), up, lastError, tampering);
    }
}
