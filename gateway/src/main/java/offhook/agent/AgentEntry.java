package offhook.agent;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import offhook.call.ClaimToken;
import offhook.runtime.Owner;

/// What is known of one agent: pages, wish, claim. Owned by the registry's owner.
final class AgentEntry {

    private final String name;
    private final Set<String> pages = new HashSet<>();
    private boolean available;
    private Optional<Claim> claim = Optional.empty();

    AgentEntry(String name) {
        this.name = name;
    }

    /// @param lease runs out unless the claim is confirmed or released before
    private record Claim(ClaimToken token, Owner.Deadline lease) {}

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

    void wish(boolean wishesCalls) {
        available = wishesCalls;
    }

    void claim(ClaimToken token, Owner.Deadline lease) {
        claim = Optional.of(new Claim(token, lease));
    }

    boolean isClaimedBy(ClaimToken token) {
        return claim.isPresent() && claim.get().token().equals(token);
    }

    void confirm() {
        claim.ifPresent(c -> c.lease().cancel());
    }

    void release() {
        claim.ifPresent(c -> c.lease().cancel());
        claim = Optional.empty();
    }

    Presence presence() {
        if (pages.isEmpty()) {
            return Presence.OFFLINE;
        }
        if (claim.isPresent()) {
            return Presence.BUSY;
        }
        return available ? Presence.AVAILABLE : Presence.AWAY;
    }
}
