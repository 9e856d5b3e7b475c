package offhook.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What strangers may have written of one kind: a burst, then a line a second, and how many were
/// left out. Owned by one thread.
final class Rations {

    private static final int BURST = 60;
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Kinds are words of ours, so that they are few.
    private final Map<String, Ration> kinds = new HashMap<>();

    private static final class Ration {
        private long lines = BURST;
        private long atNanos;
        private long leftOut;
    }

    /// Whether the entry is to be kept.
    boolean take(Entry entry, long nowNanos) {
        if (!entry.stranger()) {
            return true;
        }
        Ration ration = kinds.computeIfAbsent(entry.what(), _ -> begun(nowNanos));
        refill(ration, nowNanos);
        if (ration.lines == 0) {
            ration.leftOut++;
            return false;
        }
        ration.lines--;
        return true;
    }

    /// A line of each kind of which some were left out, when there is room for it again.
    List<Entry> leftOut(Instant at, long nowNanos) {
        List<Entry> entries = new ArrayList<>();
        kinds.forEach((what, ration) -> {
            refill(ration, nowNanos);
            if (ration.leftOut > 0 && ration.lines > 0) {
                ration.lines--;
                entries.add(Entry.own(at, what, ration.leftOut + " more were left out"));
                ration.leftOut = 0;
            }
        });
        return entries;
    }

    private static Ration begun(long nowNanos) {
        Ration ration = new Ration();
        ration.atNanos = nowNanos;
        return ration;
    }

    private static void refill(Ration ration, long nowNanos) {
        long more = (nowNanos - ration.atNanos) / LINE_NANOS;
        ration.lines = Math.min(BURST, ration.lines + more);
        ration.atNanos += more * LINE_NANOS;
    }
}
