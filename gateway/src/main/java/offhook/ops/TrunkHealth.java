package offhook.ops;

import java.util.List;
import java.util.Set;
import offhook.sip.TrunkStatus;

/// What the figures of a trunk say of whether it can be used.
public final class TrunkHealth {

    private static final Set<String> BAD_PLACES = Set.of("down", "avoided", "unlocated");
    private static final Set<String> BAD_REGISTRATIONS = Set.of("refused", "failing");

    private TrunkHealth() {}

    /// 1 unless every place where it takes requests is known to be down. A trunk that only calls in
    /// has none, and is up.
    static int up(TrunkStatus trunk) {
        return isDown(trunk) ? 0 : 1;
    }

    /// Whether it takes requests somewhere, and nowhere now.
    public static boolean isDown(TrunkStatus trunk) {
        return !trunk.places().isEmpty()
                && trunk.places().stream().allMatch(place -> BAD_PLACES.contains(place.state()));
    }

    /// Why no trunk at all can be had, trunk by trunk; none while one can, or there is none.
    public static List<String> unreachable(List<TrunkStatus> trunks) {
        boolean one = trunks.isEmpty() || trunks.stream().anyMatch(trunk -> !isDown(trunk));
        return one
                ? List.of()
                : trunks.stream()
                        .map(trunk -> "trunk " + trunk.name() + " is down: " + trunk.lastError())
                        .toList();
    }

    /// Whether its registrar refuses us or does not answer.
    public static boolean isRegistrationFailing(TrunkStatus trunk) {
        return BAD_REGISTRATIONS.contains(trunk.registration());
    }
}
