package offhook.trace;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import offhook.call.CallId;

/// What is traced now: calls, trunks, or everything. Operators write, the recorder reads; any
/// thread.
final class TraceSwitch {

    private static final int MAX_TRACES = 100;

    private final Map<Trace.What, Trace> traces = new ConcurrentHashMap<>();

    /// Traces it from now on, instead of as it was traced before.
    ///
    /// @return how it was; empty: not at all
    Optional<Trace> on(Trace trace) {
        if (traces.size() >= MAX_TRACES && !traces.containsKey(trace.what())) {
            throw new IllegalArgumentException(
                    MAX_TRACES + " calls and trunks are traced already; 'trace --off' ends that");
        }
        return Optional.ofNullable(traces.put(trace.what(), trace));
    }

    /// A trace is over.
    ///
    /// @return false when it was before, or gave way to another
    boolean off(Trace trace) {
        return traces.remove(trace.what(), trace);
    }

    boolean isOff() {
        return traces.isEmpty();
    }

    /// Whether a message is to be shown.
    boolean wants(Recorded message, Optional<CallId> call) {
        return traces.containsKey(new Trace.All())
                || call.filter(id -> traces.containsKey(new Trace.Call(id))).isPresent()
                || (!message.peer().isEmpty()
                        && traces.containsKey(new Trace.Trunk(message.peer())));
    }

    /// A call is over: it need not be looked for any more.
    Optional<Trace> of(CallId call) {
        return Optional.ofNullable(traces.get(new Trace.Call(call)));
    }

    /// What is traced.
    List<Trace> list() {
        return traces.values().stream()
                .sorted(Comparator.comparing(trace -> trace.what().toString()))
                .toList();
    }
}
