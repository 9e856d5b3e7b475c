package offhook.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import offhook.call.CallId;

/// What is traced now: calls, trunks, or everything. Operators write, the recorder reads; any
/// thread.
final class TraceSwitch {

    private static final int MAX_CALLS = 100;

    private final Set<CallId> calls = ConcurrentHashMap.newKeySet();
    private final Set<String> trunks = ConcurrentHashMap.newKeySet();

    /// Written by operators.
    private volatile boolean all;

    void traceCall(CallId call) {
        if (calls.size() >= MAX_CALLS) {
            throw new IllegalArgumentException(
                    MAX_CALLS + " calls are traced already; 'trace --off' ends that");
        }
        calls.add(call);
    }

    void traceTrunk(String trunk) {
        trunks.add(trunk);
    }

    void traceAll() {
        all = true;
    }

    void off() {
        calls.clear();
        trunks.clear();
        all = false;
    }

    boolean isOff() {
        return !all && calls.isEmpty() && trunks.isEmpty();
    }

    /// Whether a message is to be shown.
    boolean wants(Recorded message, Optional<CallId> call) {
        return all
                || call.filter(calls::contains).isPresent()
                || (!message.peer().isEmpty() && trunks.contains(message.peer()));
    }

    /// A call is over: it need not be looked for any more.
    void ended(CallId call) {
        calls.remove(call);
    }

    /// What is traced, in words.
    List<String> list() {
        List<String> traced = new ArrayList<>();
        if (all) {
            traced.add("all");
        }
        TreeMap<String, String> sorted = new TreeMap<>();
        trunks.forEach(trunk -> sorted.put("trunk " + trunk, ""));
        calls.forEach(call -> sorted.put("call " + call, ""));
        traced.addAll(sorted.keySet());
        return traced;
    }
}
