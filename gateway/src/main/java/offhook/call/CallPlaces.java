package offhook.call;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// The places of calls that may live at one time. Any thread.
///
/// Where several trunks may call, no single source (a trunk, or the web) holds more than four
/// fifths of the places, at least one: a trunk that floods leaves the others something. This is a
/// ceiling, no reservation: two trunks that flood together can still take every place.
final class CallPlaces {

    /// How many places each source holds; immutable, exchanged whole.
    private final AtomicReference<Map<String, Integer>> held = new AtomicReference<>(Map.of());

    private record Most(int total, int perSource) {}

    /// Exchanged whole.
    private volatile Most most;

    /// @param total how many calls may live at one time
    /// @param trunks how many trunks are configured
    CallPlaces(int total, int trunks) {
        most = most(total, trunks);
    }

    /// So many calls may live from now on; those that live stay.
    void reconfigured(int total, int trunks) {
        most = most(total, trunks);
    }

    private static Most most(int total, int trunks) {
        return new Most(total, trunks > 1 ? Math.max(1, (int) (total * 4L / 5)) : total);
    }

    /// Takes a place for a call.
    ///
    /// @throws CallRefusedException when there is none
    void take(String source) throws CallRefusedException {
        while (true) {
            Map<String, Integer> before = held.get();
            Most now = most;
            if (before.values().stream().mapToInt(Integer::intValue).sum() >= now.total()) {
                throw CallRegistry.refused(
                        "no-place", "all " + now.total() + " calls of limits.max-calls are in use");
            }
            int mine = before.getOrDefault(source, 0);
            if (mine >= now.perSource()) {
                throw CallRegistry.refused(
                        "no-place-of-source",
                        "one source may hold " + now.perSource() + " of limits.max-calls only");
            }
            if (held.compareAndSet(before, with(before, source, mine + 1))) {
                return;
            }
        }
    }

    /// Takes a place for a call that no limit may refuse.
    void takeAnyhow(String source) {
        held.updateAndGet(before -> with(before, source, before.getOrDefault(source, 0) + 1));
    }

    /// Whether a call has a place.
    boolean areHeld() {
        return !held.get().isEmpty();
    }

    /// Gives the place of a call back.
    void giveBack(String source) {
        held.updateAndGet(before -> with(before, source, before.getOrDefault(source, 1) - 1));
    }

    private static Map<String, Integer> with(Map<String, Integer> map, String source, int count) {
        Map<String, Integer> changed = new HashMap<>(map);
        if (count > 0) {
            changed.put(source, count);
        } else {
            changed.remove(source);
        }
        return Map.copyOf(changed);
    }
}
