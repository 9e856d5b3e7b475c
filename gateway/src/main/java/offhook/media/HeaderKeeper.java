package offhook.media;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import offhook.call.CallId;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.telemetry.Counter;
import org.jspecify.annotations.Nullable;

/// Of which calls of a loop headers are kept, and where. On the loop only.
final class HeaderKeeper {

    private final LoopKit kit;
    private final MediaWatchers watchers;
    private final Map<CallId, List<LegTape>> tapes = new HashMap<>();
    private final Map<CallId, Kept> kept = new HashMap<>();

    /// What is kept of a call.
    ///
    /// @param ring where
    /// @param asked whether somebody wants it of just this call
    /// @param begun whether it is of a trunk, or of a time, of whose calls all is wanted
    private record Kept(HeaderRing ring, boolean asked, boolean begun) {

        Kept asked(boolean now) {
            return new Kept(ring, now, begun);
        }

        Kept since() {
            return new Kept(ring, asked, true);
        }

        @Nullable HeaderRing wanted() {
            return asked || begun ? ring : null;
        }
    }

    HeaderKeeper(LoopKit kit, MediaWatchers watchers) {
        this.kit = kit;
        this.watchers = watchers;
    }

    /// A leg comes into being: what is to be taken down of it.
    LegTape tapeOf(LegId leg, MediaProfile profile) {
        LegTape tape = new LegTape(leg, watchers);
        tapes.computeIfAbsent(leg.call(), _ -> new ArrayList<>()).add(tape);
        if (watchers.keeps(profile.trunkName())) {
            want(leg.call(), Kept::since);
        } else {
            direct(leg.call());
        }
        return tape;
    }

    /// From now on of a call. Of one that has no legs here, or when too many are kept already,
    /// nothing.
    void keep(CallId call) {
        if (tapes.containsKey(call)) {
            want(call, known -> known.asked(true));
        }
    }

    private void want(CallId call, UnaryOperator<Kept> why) {
        Kept known = kept.get(call);
        if (known == null) {
            if (kept.size() >= watchers.mostKept()) {
                kit.counters().increment(Counter.HEADERS_REFUSED);
                return;
            }
            HeaderRing ring = new HeaderRing(Instant.now(), kit.loop().nowNanos());
            known = new Kept(ring, false, false);
        }
        kept.put(call, why.apply(known));
        direct(call);
    }

    /// Nobody asks for just this call any more. What was kept stays until the call is over, and
    /// what is wanted for another reason goes on.
    void rest(CallId call) {
        kept.computeIfPresent(call, (_, known) -> known.asked(false));
        direct(call);
    }

    /// Each leg's headers go where those of its call go now.
    private void direct(CallId call) {
        Kept known = kept.get(call);
        HeaderRing there = known == null ? null : known.wanted();
        for (LegTape each : tapes.getOrDefault(call, List.of())) {
            each.keepIn(there);
        }
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
            Kept last = kept.remove(leg.call());
            if (last != null) {
                watchers.tap().captured(leg.call(), last.ring()::tape);
            }
        }
    }

    /// What is kept of a call so far.
    Optional<HeaderRing> copy(CallId call) {
        return Optional.ofNullable(kept.get(call)).map(known -> known.ring().copy());
    }
}
