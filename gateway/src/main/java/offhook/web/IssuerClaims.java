package offhook.web;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import offhook.config.AgentsConfig;
import offhook.config.IssuerConfig;

/// Reads who an agent is from the claims of a token. A claim that has not the form it must have
/// makes the token invalid where it names the agent, and permits nothing where it permits.
final class IssuerClaims {

    /// As the names of users in the configuration.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    private static final Pattern CALLER_ID = Pattern.compile("[+]?[0-9]{1,32}");
    private static final Pattern DIALLED = Pattern.compile("[+]?[0-9A-Za-z*#._-]{1,64}");
    private static final int MAX_DISPLAY_NAME = 128;
    private static final int MAX_DIALLED = 64;

    private final IssuerConfig.Claims names;
    private final Staff staff;

    /// @param staff whose settings count where the token says nothing
    IssuerClaims(IssuerConfig.Claims names, Staff staff) {
        this.names = names;
        this.staff = staff;
    }

    /// The agent; empty when the token names none.
    Optional<AgentProfile> agent(JWTClaimsSet claims) {
        return text(claims, names.name())
                .filter(name -> NAME.matcher(name).matches())
                .map(name -> agent(name, claims));
    }

    private AgentProfile agent(String name, JWTClaimsSet claims) {
        Optional<AgentsConfig.User> user = staff.user(name);
        return new AgentProfile(
                name,
                text(claims, names.displayName())
                        .map(IssuerClaims::shown)
                        .filter(shown -> !shown.isBlank())
                        .or(() -> user.map(AgentsConfig.User::displayName))
                        .orElse(name),
                names.callerId()
                        .flatMap(claim -> text(claims, claim))
                        .filter(number -> CALLER_ID.matcher(number).matches())
                        .or(() -> user.flatMap(AgentsConfig.User::callerId)),
                user.map(AgentsConfig.User::withholdNumber).orElse(false),
                new Permissions(
                        names.dial()
                                .map(claim -> dial(claims.getClaim(claim)))
                                .orElse(Permissions.ALL.dial()),
                        names.transfer()
                                .map(claim -> Boolean.TRUE.equals(claims.getClaim(claim)))
                                .orElse(true)));
    }

    /// Fit for one line of people's eyes.
    private static String shown(String text) {
        String safe = SafeText.of(text);
        return safe.length() <= MAX_DISPLAY_NAME ? safe : safe.substring(0, MAX_DISPLAY_NAME);
    }

    /// `true`: everybody; a list, or a text with spaces between: numbers, names, starts with `*`.
    private static List<String> dial(Object claim) {
        if (Boolean.TRUE.equals(claim)) {
            return Permissions.ALL.dial();
        }
        Stream<?> items =
                switch (claim) {
                    case String text -> Stream.of(text.split(" ", MAX_DIALLED + 1));
                    case Collection<?> list -> list.stream();
                    case null, default -> Stream.of();
                };
        return items.limit(MAX_DIALLED)
                .filter(item -> item instanceof String text && DIALLED.matcher(text).matches())
                .map(String.class::cast)
                .toList();
    }

    private static Optional<String> text(JWTClaimsSet claims, String name) {
        return claims.getClaim(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
