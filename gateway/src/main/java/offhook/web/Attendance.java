package offhook.web;

import java.util.Optional;
import offhook.agent.AgentRegistry;
import offhook.agent.Presence;
import offhook.call.CallId;

/// Tells the registry of the agents whose pages come and go. Visitors of sites are no agents:
/// nobody can call them, and the registry never hears of them. On the desk's owner.
final class Attendance {

    private final AgentRegistry registry;

    Attendance(AgentRegistry registry) {
        this.registry = registry;
    }

    /// Whether one may sign in; see [AgentRegistry#admit].
    boolean admit(AgentProfile who) {
        return who.guest().isPresent() || registry.admit(who.name());
    }

    /// A page came, or says anew what it wishes.
    ///
    /// @return the agent's presence from now on
    Presence arrived(AgentSession page, boolean available) {
        return isGuest(page)
                ? Presence.AWAY
                : registry.signedIn(page.agent(), page.instance(), available);
    }

    /// A page is gone, or may have no calls any more.
    void left(AgentSession page) {
        if (!isGuest(page)) {
            registry.signedOut(page.agent(), page.instance());
        }
    }

    /// The agent said whether calls may be offered.
    void wished(AgentSession page, boolean available) {
        if (!isGuest(page)) {
            registry.wished(page.agent(), available);
        }
    }

    /// The agent calls somebody.
    ///
    /// @return false, and nothing is changed, when it talks or a call rings for it
    boolean engaged(AgentSession page, CallId call) {
        return isGuest(page) ? page.heldCalls().isEmpty() : registry.engaged(page.agent(), call);
    }

    /// The call that the agent made is over.
    void disengaged(AgentSession page, CallId call) {
        if (!isGuest(page)) {
            registry.disengaged(page.agent(), call);
        }
    }

    private static boolean isGuest(AgentSession page) {
        Optional<Guest> guest = page.profile().guest();
        return guest.isPresent();
    }
}
