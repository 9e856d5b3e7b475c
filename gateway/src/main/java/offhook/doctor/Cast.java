package offhook.doctor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import offhook.call.CallSnapshot;
import offhook.call.Target;

/// Who is at the other end of a call's legs, in words. Owned by the doctor.
final class Cast {

    private static final String TRUNK = "trunk";
    private static final String BROWSER = "browser";
    private static final String SOMEBODY = "the other side";

    private final Map<Integer, Role> roles = new HashMap<>();
    private final Map<Integer, String> kinds = new HashMap<>();
    private final Map<Integer, Integer> partners = new HashMap<>();
    private final Set<Integer> talked = new HashSet<>();

    /// @param person `the caller`, `alice`
    /// @param trunk the trunk between; empty for browsers
    private record Role(String person, String trunk) {}

    /// What was called; may be empty.
    private final String dialled;

    Cast(CallSnapshot first) {
        dialled = first.called().number();
        boolean web = first.source().equals("web");
        String caller = first.caller().number();
        if (first.details().visitor().isPresent()) {
            roles.put(0, new Role("the visitor", ""));
        } else if (web && !caller.isEmpty()) {
            roles.put(0, new Role(caller, ""));
        } else {
            roles.put(0, new Role("the caller", web ? "" : first.source()));
        }
    }

    /// Somebody is called on a leg.
    void called(int leg, Target target) {
        roles.put(
                leg,
                switch (target) {
                    case Target.Agent(String name) -> new Role(name, "");
                    case Target.Queue(String name, _, _) -> new Role("queue " + name, "");
                    case Target.OnTrunk on -> new Role("the called party", on.trunk());
                    case Target.InCall(_, String number) -> new Role(number, "");
                });
    }

    /// Somebody takes the place of a leg.
    void replaced(int old, int arriving, String person) {
        Role before = roles.getOrDefault(old, new Role(SOMEBODY, ""));
        roles.put(arriving, new Role(person.isEmpty() ? before.person() : person, before.trunk()));
    }

    void opened(int leg, String kind) {
        kinds.put(leg, kind);
    }

    void talking(int one, int other) {
        partners.clear();
        partners.put(one, other);
        partners.put(other, one);
        talked.add(one);
        talked.add(other);
    }

    /// Whom a leg talks to, or talked to last.
    OptionalInt partner(int leg) {
        Integer found = partners.get(leg);
        return found == null ? OptionalInt.empty() : OptionalInt.of(found);
    }

    /// What was called; may be empty.
    String dialled() {
        return dialled;
    }

    /// Whether somebody talked to it at any time.
    boolean hasTalked(int leg) {
        return talked.contains(leg);
    }

    /// `trunk`, `browser`, or `call`.
    String kind(int leg) {
        return kinds.getOrDefault(leg, "");
    }

    boolean isTrunk(int leg) {
        return kind(leg).equals(TRUNK);
    }

    boolean isBrowser(int leg) {
        return kind(leg).equals(BROWSER);
    }

    /// Who is at the other end of a leg.
    String person(int leg) {
        Role role = roles.get(leg);
        return role == null ? SOMEBODY : role.person();
    }

    /// Who hears what comes from a leg.
    String listener(int leg) {
        OptionalInt partner = partner(leg);
        return partner.isPresent() ? person(partner.getAsInt()) : SOMEBODY;
    }

    /// What lies between that person and us.
    String link(int leg) {
        Role role = roles.get(leg);
        if (isTrunk(leg)) {
            return role == null || role.trunk().isEmpty()
                    ? "the trunk"
                    : "trunk " + role.trunk() + side(leg, role);
        }
        return isBrowser(leg) ? "the browser of " + person(leg) : "the other call";
    }

    /// Which of two legs of one trunk it is, as where a PBX has a call sent back to itself.
    private String side(int leg, Role role) {
        OptionalInt partner = partner(leg);
        Role other = partner.isPresent() ? roles.get(partner.getAsInt()) : null;
        return other != null && other.trunk().equals(role.trunk())
                ? " on the side of " + role.person()
                : "";
    }

    /// The way from that person to us.
    String uplink(int leg) {
        return isBrowser(leg)
                ? "the uplink of " + person(leg)
                : "the way from " + link(leg) + " to us";
    }

    /// The way from us to that person.
    String downlink(int leg) {
        return isBrowser(leg)
                ? "the downlink of " + person(leg)
                : "the way from us to " + link(leg);
    }
}
