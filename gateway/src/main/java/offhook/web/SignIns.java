package offhook.web;

import java.time.Duration;
import java.util.Optional;
import offhook.config.AgentsConfig;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;

/// How agents prove who they are, for those who serve other sockets than those of pages: tokens,
/// and one count of wrong guesses for all ways in. Any thread.
public final class SignIns {

    private final AgentTokens tokens;
    private final Passwords users;
    private final SignInGuard guard;
    private final RefusalLog refusals;
    private final Counters counters;

    SignIns(
            AgentTokens tokens,
            Passwords users,
            SignInGuard guard,
            RefusalLog refusals,
            Counters counters) {
        this.tokens = tokens;
        this.users = users;
        this.guard = guard;
        this.refusals = refusals;
        this.counters = counters;
    }

    /// Who a token is of.
    ///
    /// @param remaining until it expires
    public record Bearer(AgentsConfig.User user, Duration remaining) {}

    /// The bearer of a token of `POST /api/token`; empty when it is none, or has expired.
    public Optional<Bearer> bearer(String token) {
        return tokens.check(token) instanceof AgentTokens.Check.Valid(String agent, Duration left)
                ? users.user(agent).map(user -> new Bearer(user, left))
                : Optional.empty();
    }

    /// The user of a name.
    public Optional<AgentsConfig.User> user(String name) {
        return users.user(name);
    }

    /// Whether attempts on a name from an address are refused for now, right or wrong.
    public boolean isBlocked(String name, String address) {
        return guard.blockedNanos(name, address) > 0;
    }

    /// Counts a wrong password or token.
    public void failed(String name, String address) {
        guard.failed(name, address);
        counters.increment(Counter.WEB_REFUSED_TOKEN);
        refusals.refused(RefusalLog.Kind.PASSWORD, address, "name", name);
    }

    /// Counts a message that breaks the protocol.
    public void malformed() {
        counters.increment(Counter.WEB_REFUSED_MESSAGE);
    }
}
