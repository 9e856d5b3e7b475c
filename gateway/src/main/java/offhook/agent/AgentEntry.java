package offhook.agent;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import offhook.call.ClaimToken;
import offhook.runtime.Owner;

/// What is known of one agent: pages, wish, claims. Owned by the registry's owner.
final class AgentEntry {

    private final String name;
    private final Set<String> pages = new HashSet<>();
    private boolean available;
    private final Map<ClaimToken, Claim> claims = new HashMap<>();
    private int callsAtOnce = 1;

    AgentEntry(String name) {
        this.name = name;
    }

    /// @param lease runs out unless the claim is confirmed or released before; empty for a claim
    ///   that the agent's own page watches over
    private record Claim(Optional<Owner.Deadline> lease) {

        void cancelLease() {
            lease.ifPresent(Owner.Deadline::cancel);
        }
    }

    String name() {
        return name;
    }

    void pageConnected(String instance, boolean wishesCalls) {
        pages.add(instance);
        if (pages.size() == 1) {
            available = wishesCalls;
        }
    }

    void pageGone(String instance) {
        pages.remove(instance);
    }

    /// Whether it has neither a page nor a call.
    boolean isGone() {
        return pages.isEmpty() && claims.isEmpty();
    }

    void wish(boolean wishesCalls) {
        available = wishesCalls;
    }

    /// How many calls the agent may have, those that ring counted.
    void allow(int calls) {
        callsAtOnce = calls;
    }

    void claim(ClaimToken token, Owner.Deadline lease) {
        claims.put(token, new Claim(Optional.of(lease)));
    }

    void engage(ClaimToken token) {
        claims.put(token, new Claim(Optional.empty()));
    }

    /// Whether there is room for one more call.
    boolean hasRoom() {
        return claims.size() < callsAtOnce;
    }

    /// Whether a call may be offered, be it beside others.
    boolean takesCalls() {
        return !pages.isEmpty() && available && hasRoom();
    }

    boolean isClaimedBy(ClaimToken token) {
        return claims.containsKey(token);
    }

    void confirm(ClaimToken token) {
        Claim claim = claims.get(token);
        if (claim != null) {
            claim.cancelLease();
        }
    }

    void release(ClaimToken token) {
        Claim claim = claims.remove(token);
        if (claim != null) {
            claim.cancelLease();
        }
    }

    Presence presence() {
        if (pages.isEmpty()) {
            return Presence.OFFLINE;
        }
        if (!claims.isEmpty()) {
            return Presence.BUSY;
        }
        return available ? Presence.AVAILABLE : Presence.AWAY;
    }
}
