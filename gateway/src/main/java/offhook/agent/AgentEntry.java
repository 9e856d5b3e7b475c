package offhook.agent;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import offhook.call.ClaimToken;
import offhook.runtime.Owner;

/// What is known of one agent: pages, wish, claims. Owned by the registry's owner.
final class AgentEntry {

    private final String name;
    private final Map<String, Reach> pages = new HashMap<>();
    private boolean available;
    private int missedInARow;
    private long missed;
    private long answered;
    private boolean awayForMissing;
    private long sinceNanos;
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
        pages.putIfAbsent(instance, Reach.REACHABLE);
        if (pages.size() == 1) {
            wish(wishesCalls);
        }
    }

    void pageGone(String instance) {
        pages.remove(instance);
    }

    void pageReached(String instance, Reach reach) {
        pages.replace(instance, reach);
    }

    /// How its best page can be reached.
    private Reach reach() {
        return pages.values().stream().min(Reach::compareTo).orElse(Reach.ASLEEP);
    }

    private String reason() {
        return switch (presence()) {
            case AWAY -> awayForMissing ? "missed-calls" : "";
            case UNREACHABLE -> reach().key();
            case OFFLINE, BUSY, AVAILABLE -> "";
        };
    }

    /// Whether it has neither a page nor a call.
    boolean isGone() {
        return pages.isEmpty() && claims.isEmpty();
    }

    void wish(boolean wishesCalls) {
        available = wishesCalls;
        awayForMissing = false;
        missedInARow = 0;
    }

    /// The agent let a call ring.
    ///
    /// @param most how many calls of queues in a row before it counts as away, 0: any number; empty
    ///   for a call that came to it by no queue
    void missed(OptionalInt most) {
        missed++;
        if (most.isEmpty()) {
            return;
        }
        missedInARow++;
        if (most.getAsInt() > 0 && missedInARow >= most.getAsInt()) {
            available = false;
            awayForMissing = true;
        }
    }

    /// Its presence is another from now on.
    void changed(long nowNanos) {
        sinceNanos = nowNanos;
    }

    long sinceNanos() {
        return sinceNanos;
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
        return available && hasRoom() && reach() == Reach.REACHABLE;
    }

    boolean isClaimedBy(ClaimToken token) {
        return claims.containsKey(token);
    }

    void confirm(ClaimToken token) {
        answered++;
        missedInARow = 0;
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

    AgentStatus status() {
        return new AgentStatus(
                presence(),
                reason(),
                sinceNanos,
                claims.size(),
                answered,
                missed,
                pages.size(),
                (int) pages.values().stream().filter(r -> r == Reach.REACHABLE).count());
    }

    Presence presence() {
        if (pages.isEmpty()) {
            return Presence.OFFLINE;
        }
        if (!claims.isEmpty()) {
            return Presence.BUSY;
        }
        if (!available) {
            return Presence.AWAY;
        }
        return reach() == Reach.REACHABLE ? Presence.AVAILABLE : Presence.UNREACHABLE;
    }
}
