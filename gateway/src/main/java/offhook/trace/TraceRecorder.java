package offhook.trace;

import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
public final class TraceRecorder implements MessageTap, MediaTap, CallObserver {

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
    private final InstantSource wallClock;
    private final AtomicLong traces = new AtomicLong();

    /// Of calls that are over, the oldest first. On the owner.
    private final Map<CallId, Supplier<HeaderTape>> headers = new LinkedHashMap<>();

    private final int mostHeaders;

    /// Written before calls come. An array, because going through it leaves no garbage: loops ask
    /// for each packet of RTCP.
    private volatile Listener[] listeners = {};

    /// Written before calls come.
    private volatile HeaderCapture capture = HeaderCapture.NONE;

    /// Written before calls come.
    private volatile boolean alwaysHeaders;

    /// Is shown each message on the owner's thread; must not wait.
    public interface Listener {

        /// A message was recorded.
        ///
        /// @param correlation the same for all messages of a call: what names its oldest
        ///   conversation
        void recorded(Recorded message, String correlation);

        /// Whether it wants RTCP packets, too.
        boolean wantsReports();

        /// An RTCP packet passed.
        void reported(PassedReport report, String correlation);
    }

    /// @param maxBytes how much memory the messages may take
    /// @param mostHeaders of how many calls that are over headers stay
    public TraceRecorder(
            long maxBytes,
            int mostHeaders,
            Counters counters,
            NanoClock clock,
            InstantSource wallClock) {
        this.mostHeaders = mostHeaders;
        this.wallClock = wallClock;
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

    /// What keeps headers of media packets. Before [#start].
    ///
    /// @param always whether it does of all calls, whatever is traced
    public void captureBy(HeaderCapture keeper, boolean always) {
        capture = keeper;
        alwaysHeaders = always;
        keeper.all(always);
    }

    /// From now on a listener is shown each message. Before [#start].
    public void showTo(Listener listener) {
        Listener[] more = Arrays.copyOf(listeners, listeners.length + 1);
        more[more.length - 1] = listener;
        listeners = more;
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
        Listener[] shown = listeners;
        if (shown.length > 0) {
            String correlation = tape.names().iterator().next();
            for (Listener listener : shown) {
                listener.recorded(recorded, correlation);
            }
        }
    }

    @Override
    public boolean wantsReports() {
        for (Listener listener : listeners) {
            if (listener.wantsReports()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void reported(PassedReport report) {
        if (!owner.post(() -> onReported(report))) {
            counters.increment(Counter.TRACE_DROPPED);
        }
    }

    private void onReported(PassedReport report) {
        shelf.find(report.leg().call())
                .flatMap(tape -> tape.names().stream().findFirst())
                .ifPresent(name -> {
                    for (Listener listener : listeners) {
                        listener.reported(report, name);
                    }
                });
    }

    @Override
    public void captured(CallId call, Supplier<HeaderTape> kept) {
        owner.postEnding(() -> {
            headers.put(call, kept);
            while (headers.size() > mostHeaders) {
                headers.remove(headers.keySet().iterator().next());
            }
        });
    }

    /// Headers of a call's media packets; none where none were kept. Waits, so not for threads that
    /// must not.
    public HeaderTape headers(CallId call) {
        Optional<HeaderTape> living = capture.headers(call);
        return living.orElseGet(() ->
                ask(() -> Optional.ofNullable(headers.get(call)), "headers", call)
                        .map(Supplier::get)
                        .orElse(HeaderTape.EMPTY));
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
        traced.of(id).ifPresent(trace -> owner.schedule(LAST_WORDS.toNanos(), () -> end(trace)));
    }

    /// What was recorded of a call; empty when nothing is kept of such a call. Waits for what
    /// passed before, so not for threads that must not wait.
    public Optional<Tape> tape(CallId call) {
        return ask(() -> shelf.find(call).map(CallTape::copy), "messages", call);
    }

    private <T> Optional<T> ask(Supplier<Optional<T>> question, String of, CallId call) {
        CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
        owner.postEnding(() -> answer.complete(question.get()));
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the {} of call={} cannot be had", of, call, e);
            return Optional.empty();
        }
    }

    /// Messages of a call go into the log, also those that passed already.
    ///
    /// @param limit how long; the trace ends before, soon after the call
    /// @param withHeaders whether headers of its media packets are kept from now on
    /// @throws IllegalArgumentException when nothing is known of the call
    public void traceCall(CallId call, Duration limit, boolean withHeaders) {
        Tape before =
                tape(call)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "nothing is known of call '" + call + "'"));
        before.messages().forEach(message -> TraceLog.write(message, Optional.of(call)));
        trace(new Trace.Call(call), limit, withHeaders);
    }

    /// Messages of a trunk, or of an agent's phones and pages, go into the log.
    public void traceTrunk(String name, Duration limit, boolean withHeaders) {
        trace(new Trace.Trunk(name), limit, withHeaders);
    }

    /// All messages go into the log.
    public void traceAll(Duration limit, boolean withHeaders) {
        trace(new Trace.All(), limit, withHeaders);
    }

    private void trace(Trace.What what, Duration limit, boolean withHeaders) {
        Trace trace =
                new Trace(
                        what,
                        wallClock.instant().plus(limit).truncatedTo(ChronoUnit.SECONDS),
                        withHeaders,
                        traces.incrementAndGet());
        Optional<Trace> before = traced.on(trace);
        if (withHeaders) {
            keepHeaders(what, true);
        } else {
            before.ifPresent(this::keepNoMore);
        }
        owner.postEnding(() -> owner.schedule(limit.toNanos(), () -> end(trace)));
    }

    private void keepHeaders(Trace.What what, boolean on) {
        switch (what) {
            case Trace.All _ -> capture.all(on);
            case Trace.Trunk(String name) -> capture.trunk(name, on);
            case Trace.Call(CallId id) -> capture.call(id, on);
        }
    }

    /// Its time is over, or its call is.
    private void end(Trace trace) {
        if (traced.off(trace)) {
            TraceLog.ended(trace);
            keepNoMore(trace);
        }
    }

    /// Headers are not kept for its sake any more.
    private void keepNoMore(Trace over) {
        if (over.headers() && !alwaysHeaders) {
            keepHeaders(over.what(), false);
        }
    }

    /// No messages go into the log any more.
    public void stopTraces() {
        traced.list().forEach(this::end);
    }

    /// What goes into the log now, and until when.
    public List<Trace> traces() {
        return traced.list();
    }
}
