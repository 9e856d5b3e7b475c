package offhook.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import offhook.call.CallId;
import offhook.config.DoctorConfig;

/// The stories of the last calls, as many as there is room for. Owned by the doctor.
final class Archive {

    private static final long MEGABYTE = 1_000_000;

    /// The share of calls that were turned away.
    private static final int TURNED_AWAY_SHARE = 10;

    private int mostCalls;
    private long mostBytes;
    private final Map<CallId, Told> calls = new LinkedHashMap<>();
    private long bytes;

    /// Has room for calls that began, and forgets what is over it.
    void fitCalls(DoctorConfig config) {
        fit(config.keepCalls(), config.keepMegabytes() * MEGABYTE);
    }

    /// Has room for calls that were turned away, and forgets what is over it: however many those
    /// are, they take no room of the others.
    void fitTurnedAway(DoctorConfig config) {
        fit(
                (config.keepCalls() + TURNED_AWAY_SHARE - 1) / TURNED_AWAY_SHARE,
                config.keepMegabytes() * MEGABYTE / TURNED_AWAY_SHARE);
    }

    private void fit(int atMostCalls, long atMostBytes) {
        mostCalls = atMostCalls;
        mostBytes = atMostBytes;
        forgetOldest();
    }

    /// Keeps one, and forgets the oldest for it.
    void keep(CallId id, Told told) {
        calls.put(id, told);
        bytes += told.bytes();
        forgetOldest();
    }

    private void forgetOldest() {
        while (calls.size() > mostCalls || bytes > mostBytes) {
            Map.Entry<CallId, Told> eldest = calls.entrySet().iterator().next();
            bytes -= eldest.getValue().bytes();
            calls.remove(eldest.getKey());
        }
    }

    Optional<Told> find(CallId id) {
        return Optional.ofNullable(calls.get(id));
    }

    /// The last of them, the latest first.
    List<Told> last(int most) {
        List<Told> all = new ArrayList<>(calls.values());
        return all.subList(Math.max(0, all.size() - most), all.size()).reversed();
    }

    /// The last of two archives, the latest first. Of the second one there are no more than a
    /// quarter, unless the first has too few.
    static List<Told> last(int most, Archive calls, Archive turnedAway) {
        List<Told> begun = calls.last(most);
        int room = Math.max((most + 3) / 4, most - begun.size());
        return Stream.concat(begun.stream(), turnedAway.last(Math.min(most, room)).stream())
                .sorted(Comparator.comparingLong(Told::number).reversed())
                .limit(most)
                .toList();
    }
}
