package offhook.blackbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import offhook.call.CallEnd;
import offhook.call.CallId;
import offhook.call.CallObserver;
import offhook.call.CallSnapshot;
import offhook.config.BlackBoxConfig;
import offhook.fault.FailureWords;
import offhook.runtime.Mailbox;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.telemetry.LogBudget;
import offhook.trace.Tape;
import offhook.trace.TraceRecorder;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Writes the black boxes of calls: of the one that somebody asks for, on the thread of whoever
/// asks, and of those that the configuration names, on the thread `boxes`, a moment after they are
/// over. Calls only hand over that they ended.
public final class BlackBoxes implements CallObserver {

    private static final Logger LOG = LogManager.getLogger(BlackBoxes.class);

    private static final int MAX_WAITING = 256;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(8);

    /// So that the answer to the BYE and the doctor's verdict are in the box.
    private static final long LAST_WORDS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Wish END = new Wish(new CallId(""), 0);

    private final BlackBoxConfig config;
    private final Sources sources;
    private final Counters counters;
    private final NanoClock clock;
    private final InstantSource wallClock;
    private final Mailbox<Wish> wishes = new Mailbox<>(MAX_WAITING, 1);

    /// Guarded by its own monitor.
    private final BoxFolder folder;

    /// Written by who stops, read by the thread.
    private volatile boolean stopping;

    private volatile @Nullable Thread thread;

    private final AtomicLong failed = new AtomicLong();
    private final LogBudget warnings;

    /// Written by whoever fails, read by operators.
    private volatile String lastFailure = "";

    /// Where a box comes from.
    ///
    /// @param recorder of the messages
    /// @param story the call as the doctor tells it, JSON
    /// @param node what the gateway is called
    /// @param version of the gateway
    /// @param settings that it runs with now, YAML without secrets
    public record Sources(
            TraceRecorder recorder,
            Function<CallId, Optional<String>> story,
            String node,
            String version,
            Supplier<String> settings) {}

    /// A call whose box is to be written.
    private record Wish(CallId call, long dueNanos) {}

    public BlackBoxes(
            BlackBoxConfig config,
            Sources sources,
            Counters counters,
            NanoClock clock,
            InstantSource wallClock) {
        this.config = config;
        this.sources = sources;
        this.counters = counters;
        this.clock = clock;
        this.wallClock = wallClock;
        this.folder = new BoxFolder(config);
        this.warnings = new LogBudget(clock.nanoTime());
    }

    /// Starts the thread, if any rule needs it.
    public void start() {
        if (config.byRule()) {
            thread = Threads.startPlatform("boxes", this::run);
        }
    }

    /// Ends the thread when all that waits is written.
    public void stop() throws InterruptedException {
        Thread running = thread;
        if (running != null) {
            stopping = true;
            wishes.offerEnding(END);
            running.join(STOP_PATIENCE);
        }
    }

    /// Writes the box of a call that lives or was one of the last. Waits for the recorder and the
    /// doctor; not for threads of calls or loops. The stream stays open.
    ///
    /// @throws IllegalArgumentException when nothing is known of such a call
    public void write(CallId call, OutputStream out) throws IOException {
        content(call).write(out);
    }

    private BoxContent content(CallId call) {
        Optional<Tape> tape = sources.recorder().tape(call);
        Optional<String> story = sources.story().apply(call);
        if (tape.isEmpty() && story.isEmpty()) {
            throw new IllegalArgumentException("nothing is known of call '" + call + "'");
        }
        return new BoxContent(
                call,
                tape.orElse(Tape.EMPTY),
                sources.recorder().headers(call),
                story,
                gateway(call),
                sources.settings().get());
    }

    /// Writes the box of a call into the folder; returns the file.
    ///
    /// @throws IllegalArgumentException when nothing is known of such a call
    /// @throws IOException when it cannot be written; that is counted
    public Path keep(CallId call) throws IOException {
        // What names no call must not name a file, nor count as a box that failed.
        BoxContent content = content(call);
        try {
            synchronized (folder) {
                Path file = folder.add(call, wallClock.instant(), content::write);
                counters.increment(Counter.BOXES_WRITTEN);
                LOG.info("black box call={} file={}", call, file);
                return file;
            }
        } catch (IOException e) {
            failed(call, FailureWords.of(e));
            throw e;
        }
    }

    /// Counted, logged once a second at most, and kept to be looked up.
    private void failed(CallId call, String why) {
        counters.increment(Counter.BOXES_FAILED);
        failed.incrementAndGet();
        lastFailure = wallClock.instant() + " call=" + call + " " + why;
        // Where a disk is full, or calls fail in masses, each call would have its line.
        warnings.spend(clock.nanoTime())
                .ifPresent(left ->
                        LOG.warn(
                                "black box of call={} not written: {} left-out={}",
                                call,
                                why,
                                left));
    }

    /// How many could not be written since the start.
    public long failed() {
        return failed.get();
    }

    /// When, of which call, and why one could not be written last; empty: never.
    public String lastFailure() {
        return lastFailure;
    }

    private ObjectNode gateway(CallId call) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("call", call.value());
        json.put("written", wallClock.instant().toString());
        json.put("node", sources.node());
        json.put("version", sources.version());
        json.put("java", System.getProperty("java.runtime.version"));
        json.put(
                "system",
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + " "
                        + System.getProperty("os.arch"));
        return json;
    }

    @Override
    public void began(CallId id, Supplier<CallSnapshot> now) {}

    @Override
    public void ended(CallId id, CallEnd end) {
        if (wants(end) && !wishes.offer(new Wish(id, clock.nanoTime() + LAST_WORDS_NANOS))) {
            failed(id, MAX_WAITING + " boxes wait to be written already");
        }
    }

    /// Whether the box of such a call is written unasked.
    boolean wants(CallEnd end) {
        return switch (config.keep()) {
            case ALL -> true;
            case FAILED -> isFailure(end) || isBad(end);
            case ON_REQUEST -> isBad(end);
        };
    }

    private static boolean isFailure(CallEnd end) {
        int status = end.cause().sipCode();
        boolean ours =
                switch (end.cause().by()) {
                    case GATEWAY -> status >= 300;
                    case CALLER, CALLEE, OPERATOR -> false;
                };
        return end.result() == CallEnd.Result.FAILED || ours || (status >= 500 && status < 600);
    }

    private boolean isBad(CallEnd end) {
        return config.mosBelow().isPresent()
                && end.legs().stream()
                        .anyMatch(leg -> leg.media().worstMos() < config.mosBelow().getAsDouble());
    }

    private void run() {
        try {
            for (Wish next = wishes.take(); !next.equals(END); next = wishes.take()) {
                while (!stopping && clock.nanoTime() - next.dueNanos() < 0) {
                    Threads.rest(STEP_NANOS);
                }
                keepQuietly(next.call());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void keepQuietly(CallId call) {
        try {
            keep(call);
        } catch (IOException e) {
            LOG.debug("black box of call={} not written", call, e);
        } catch (IllegalArgumentException e) {
            failed(call, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            failed(call, e.toString());
            LOG.error("a defect in the black box of call={}", call, e);
        }
    }
}
