package offhook.media;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.CallId;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.telemetry.Counter;

/// Of which calls of a loop headers are kept, and where. On the loop only.
final class HeaderKeeper {

    private final LoopKit kit;
    private final MediaWatchers watchers;
    private final Map<CallId, List<LegTape>> tapes = new HashMap<>();
    private final Map<CallId, HeaderRing> rings = new HashMap<>();

    HeaderKeeper(LoopKit kit, MediaWatchers watchers) {
        this.kit = kit;
        this.watchers = watchers;
    }

    /// A leg comes into being: what is to be taken down of it.
    LegTape tapeOf(LegId leg, MediaProfile profile) {
        LegTape tape = new LegTape(leg, watchers);
        tapes.computeIfAbsent(leg.call(), _ -> new ArrayList<>()).add(tape);
        tape.keepIn(rings.get(leg.call()));
        if (watchers.keeps(profile instanceof MediaProfile.Trunk trunk ? trunk.trunk() : "")) {
            keep(leg.call());
        }
        return tape;
    }

    /// From now on of a call. Of one that has no legs here, or when too many are kept already,
    /// nothing.
    void keep(CallId call) {
        List<LegTape> legs = tapes.get(call);
        if (legs == null) {
            return;
        }
        HeaderRing ring = rings.get(call);
        if (ring == null) {
            if (rings.size() >= watchers.mostKept()) {
                kit.counters().increment(Counter.HEADERS_REFUSED);
                return;
            }
            ring = new HeaderRing(Instant.now(), kit.loop().nowNanos());
            rings.put(call, ring);
        }
        for (LegTape each : legs) {
            each.keepIn(ring);
        }
    }

    /// Not any more; what was kept stays until the call is over.
    void rest(CallId call) {
        tapes.getOrDefault(call, List.of()).forEach(each -> each.keepIn(null));
    }

    /// A leg is gone. With the last one of a call its headers are handed on.
    void closed(LegId leg) {
        List<LegTape> legs = tapes.get(leg.call());
        if (legs == null) {
            return;
        }
        legs.removeIf(each -> each.leg().equals(leg));
        if (legs.isEmpty()) {
            tapes.remove(leg.call());
            HeaderRing ring = rings.remove(leg.call());
            if (ring != null) {
                watchers.tap().captured(leg.call(), ring::tape);
            }
        }
    }

    /// What is kept of a call so far.
    Optional<HeaderRing> copy(CallId call) {
        return Optional.ofNullable(rings.get(call)).map(HeaderRing::copy);
    }
}
