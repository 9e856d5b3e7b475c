package offhook.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import offhook.call.Party;
import offhook.config.AgentsConfig;

/// Who an agent is, as its token says or the configuration.
///
/// @param name sign-in name
/// @param displayName name shown to others
/// @param callerId number that those are shown whom the agent calls
/// @param withholdNumber whether those are shown nothing instead
/// @param permissions what it may do
/// @param guest the visitor of a site, where it is none of the agents
record AgentProfile(
        String name,
        String displayName,
        Optional<String> callerId,
        boolean withholdNumber,
        Permissions permissions,
        Optional<Guest> guest) {

    /// In hexadecimal digits, 80 bits.
    private static final int MIN_GUEST_INSTANCE = 20;

    /// Of an agent.
    AgentProfile(
            String name,
            String displayName,
            Optional<String> callerId,
            boolean withholdNumber,
            Permissions permissions) {
        this(name, displayName, callerId, withholdNumber, permissions, Optional.empty());
    }

    /// Of a visitor of a site, who is nobody in particular before [#at] says where.
    static AgentProfile of(Guest guest) {
        return new AgentProfile(
                guest.site().source(),
                guest.party().displayName(),
                guest.site().callerId(),
                false,
                new Permissions(List.of(), false),
                Optional.of(guest));
    }

    /// The same on a page. An agent is the same on all of its pages; a visitor has no other name
    /// than its page, of whose secret name only a digest is shown to others.
    AgentProfile at(String instance) {
        return guest.isEmpty()
                ? this
                : new AgentProfile(
                        guest.get().site().source() + ":" + digest(instance),
                        displayName,
                        callerId,
                        withholdNumber,
                        permissions,
                        guest);
    }

    /// Whether a page may call itself so: a visitor's must be too long to be guessed, as whoever
    /// knows it takes the visitor's call over.
    boolean mayBeAt(String instance) {
        return guest.isEmpty() || instance.length() >= MIN_GUEST_INSTANCE;
    }

    private static String digest(String instance) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(instance.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Of a user of the configuration, who may do everything.
    static AgentProfile of(AgentsConfig.User user) {
        return new AgentProfile(
                user.name(),
                user.displayName(),
                user.callerId(),
                user.withholdNumber(),
                Permissions.ALL);
    }

    /// The agent, as others are shown it.
    Party party() {
        return new Party(callerId.orElse(name), displayName);
    }

    /// The same in a call that has no details of its own to say that the number is withheld.
    Party shownParty() {
        return withholdNumber ? new Party("", displayName) : party();
    }
}
