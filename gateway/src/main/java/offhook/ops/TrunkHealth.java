package offhook.ops;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import offhook.sip.TrunkStatus;

/// What the figures of a trunk say of whether it can be used.
public final class TrunkHealth {

    private static final Set<String> BAD_PLACES = Set.of("down", "avoided", "unlocated");
    private static final Set<String> BAD_REGISTRATIONS = Set.of("refused", "failing");

    /// Of places and registrars; the beans of trunks have them all.
    private static final int MOST_SHOWN = 3;

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
                        .map(trunk -> "trunk " + trunk.name() + " is down: " + whyDown(trunk))
                        .toList();
    }

    /// What is wrong with each place of a trunk, in words.
    public static String whyDown(TrunkStatus trunk) {
        return shown(
                trunk.places().stream()
                        .map(place ->
                                (place.state().equals("unlocated") ? place.name() : place.address())
                                        + ": "
                                        + place.lastError())
                        .toList());
    }

    /// What is wrong with those of a trunk's registrars that do not know us, in words.
    public static String whyUnregistered(TrunkStatus trunk) {
        return shown(
                trunk.registrars().stream()
                        .filter(each -> BAD_REGISTRATIONS.contains(each.state()))
                        .map(each -> each.name() + ": " + each.lastError())
                        .toList());
    }

    private static String shown(List<String> all) {
        String first = all.stream().limit(MOST_SHOWN).collect(Collectors.joining("; "));
        int more = all.size() - MOST_SHOWN;
        return more > 0 ? first + "; " + more + " more" : first;
    }

    /// Whether its registrar refuses us or does not answer.
    public static boolean isRegistrationFailing(TrunkStatus trunk) {
        return BAD_REGISTRATIONS.contains(trunk.registration());
    }
}
