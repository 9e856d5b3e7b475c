package offhook.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import offhook.config.AgentsConfig;
import offhook.guard.SignInGuard;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;

/// How agents prove who they are, for those who serve other sockets than those of pages: tokens,
/// and one count of wrong guesses for all ways in. Any thread.
public final class SignIns {

    private final TokenChecker tokens;
    private final Staff users;
    private final SignInGuard guard;
    private final RefusalLog refusals;
    private final Counters counters;

    SignIns(
            TokenChecker tokens,
            Staff users,
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
    /// @param issued when it was made; empty when it does not say
    public record Bearer(AgentsConfig.User user, Duration remaining, Optional<Instant> issued) {}

    /// The bearer of a token that allows everything, as nothing less is kept watch over here; empty
    /// when it is none, has expired, or is of somebody whom only its issuer knows. May take as long
    /// as a network takes, where the keys of its issuer have to be read.
    public Optional<Bearer> bearer(String token) {
        return tokens.check(token) instanceof TokenCheck.Valid found
                        && found.who().permissions().equals(Permissions.ALL)
                ? users.user(found.who().name())
                        .map(user -> new Bearer(user, found.remaining(), found.issued()))
                : Optional.empty();
    }

    /// The bearer as known by now, when what was made of a check had to wait; empty when the token
    /// was revoked meanwhile. Never waits.
    public Optional<Bearer> still(Bearer found) {
        return users.user(found.user().name())
                .filter(user ->
                        tokens.still(
                                        new TokenCheck.Valid(
                                                AgentProfile.of(user),
                                                found.remaining(),
                                                found.issued()))
                                .isPresent())
                .map(user -> new Bearer(user, found.remaining(), found.issued()));
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
