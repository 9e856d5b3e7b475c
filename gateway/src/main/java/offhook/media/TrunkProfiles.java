package offhook.media;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What media knows of trunks, by their names. A trunk that is configured no more may be a target
/// of calls that began before, whose plans have it; the last of these are kept, and no more,
/// however often the configuration changes. Changed by one thread at a time, read by the loops.
final class TrunkProfiles {

    /// Trunks that are configured no more.
    static final int MOST_GONE = 100;

    private final Map<String, TrunkProfile> all = new ConcurrentHashMap<>();

    /// Names of those that are configured no more, the one that went first first. Touched by
    /// whoever changes them.
    private final Deque<String> gone = new ArrayDeque<>();

    TrunkProfiles(Map<String, TrunkProfile> configured) {
        all.putAll(configured);
    }

    /// These are configured from now on.
    void become(Map<String, TrunkProfile> configured) {
        all.keySet().stream()
                .filter(name -> !configured.containsKey(name) && !gone.contains(name))
                .forEach(gone::add);
        gone.removeAll(configured.keySet());
        all.putAll(configured);
        while (gone.size() > MOST_GONE) {
            all.remove(gone.remove());
        }
    }

    /// Those that are known, by name; changes with what is configured.
    Map<String, TrunkProfile> byName() {
        return all;
    }

    /// The same without their names.
    Collection<TrunkProfile> known() {
        return all.values();
    }
}
