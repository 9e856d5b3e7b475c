package offhook.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.CallId;
import offhook.config.DoctorConfig;

/// The stories of the last calls, as many as there is room for. Owned by the doctor.
final class Archive {

    private static final long MEGABYTE = 1_000_000;

    private final int mostCalls;
    private final long mostBytes;
    private final Map<CallId, Told> calls = new LinkedHashMap<>();
    private long bytes;

    Archive(DoctorConfig config) {
        this.mostCalls = config.keepCalls();
        this.mostBytes = config.keepMegabytes() * MEGABYTE;
    }

    /// Keeps one, and forgets the oldest for it.
    void keep(CallId id, Told told) {
        calls.put(id, told);
        bytes += told.bytes();
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
}
