package offhook.trace;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import offhook.call.CallEnd;
import offhook.call.CallId;
import offhook.call.CallObserver;
import offhook.call.CallSnapshot;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Takes every message that passes off the thread that carries it, takes its secrets out, keeps it
/// with its call, and shows it to the log and to exporters that want it.
///
/// ```text
/// sip, sipws, web -> [bounded queue] -> Redaction -> TapeShelf, TraceLog, listeners
/// ```
///
/// What finds the queue full is dropped and counted. All but the queue belongs to the owner
/// `trace`.
public final class TraceRecorder implements MessageTap, CallObserver {

    private static final Logger LOG = LogManager.getLogger(TraceRecorder.class);

    private static final int MAX_WAITING = 4096;
    private static final long MAX_WAITING_BYTES = 4L * 1024 * 1024;
    private static final Duration LAST_WORDS = Duration.ofSeconds(40);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Owner owner;
    private final Counters counters;
    private final TapeShelf shelf;
    private final TraceSwitch traced = new TraceSwitch();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /// Is shown each message on the owner's thread; must not wait.
    @FunctionalInterface
    public interface Listener {

        /// A message was recorded.
        ///
        /// @param correlation the same for all messages of a call: what names its oldest
        ///   conversation
        void recorded(Recorded message, String correlation);
    }

    /// @param maxBytes how much memory the messages may take
    public TraceRecorder(long maxBytes, Counters counters, NanoClock clock) {
        this.counters = counters;
        this.shelf = new TapeShelf(maxBytes);
        this.owner =
                new Owner(
                        "trace",
                        clock,
                        MAX_WAITING,
                        defect -> LOG.error("a defect in recording messages", defect));
    }

    /// Starts the thread.
    public void start() {
        owner.start();
    }

    /// Ends the thread.
    public void stop() {
        owner.stop();
    }

    /// From now on a listener is shown each message. Before [#start].
    public void showTo(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public void passed(Passed message) {
        int length = message.bytes().length;
        if (waitingBytes.addAndGet(length) > MAX_WAITING_BYTES
                || !owner.post(() -> onPassed(message))) {
            waitingBytes.addAndGet(-length);
            counters.increment(Counter.TRACE_DROPPED);
        }
    }

    private void onPassed(Passed message) {
        waitingBytes.addAndGet(-message.bytes().length);
        Recorded recorded = Recorded.of(message);
        CallTape tape = shelf.add(recorded);
        if (!traced.isOff() && traced.wants(recorded, tape.call())) {
            TraceLog.write(recorded, tape.call());
        }
        if (!listeners.isEmpty()) {
            String correlation = tape.names().iterator().next();
            listeners.forEach(listener -> listener.recorded(recorded, correlation));
        }
    }

    @Override
    public void belongs(String name, CallId call) {
        owner.postEnding(() -> shelf.claim(name, call));
    }

    @Override
    public void began(CallId id, Supplier<CallSnapshot> now) {
        owner.postEnding(() -> shelf.begin(id));
    }

    @Override
    public void ended(CallId id, CallEnd end) {
        owner.postEnding(() -> onEnded(id));
    }

    private void onEnded(CallId id) {
        shelf.end(id);
        // Its last words may be repeated for so long.
        owner.schedule(LAST_WORDS.toNanos(), () -> traced.ended(id));
    }

    /// What was recorded of a call; empty when nothing is kept of such a call. Waits for what
    /// passed before, so not for threads that must not wait.
    public Optional<Tape> tape(CallId call) {
        CompletableFuture<Optional<Tape>> answer = new CompletableFuture<>();
        owner.postEnding(() -> answer.complete(shelf.find(call).map(CallTape::copy)));
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the messages of call={} cannot be had", call, e);
            return Optional.empty();
        }
    }

    /// Messages of a call go into the log, also those that passed already.
    ///
    /// @throws IllegalArgumentException when nothing is known of the call
    public void traceCall(CallId call) {
        Tape before =
                tape(call)
                        .orElseThrow(() ->
                                new IllegalArgumentException("nothing is known of call " + call));
        before.messages().forEach(message -> TraceLog.write(message, Optional.of(call)));
        traced.traceCall(call);
    }

    /// Messages of a trunk, or of an agent's phones and pages, go into the log.
    public void traceTrunk(String name) {
        traced.traceTrunk(name);
    }

    /// All messages go into the log.
    public void traceAll() {
        traced.traceAll();
    }

    /// No messages go into the log any more.
    public void stopTraces() {
        traced.off();
    }

    /// What goes into the log now.
    public List<String> traces() {
        return traced.list();
    }
}
