package offhook.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Names of SIP header fields that are copied. All others are not: a list of what to leave out
/// would be slipped past by the next spelling. Names are compared without regard to case.
///
/// @param names each a name, or the beginning of names that start with `X-`, with a `*` at its end
public record HeaderAllowList(List<String> names) {

    /// Copies nothing.
    public static final HeaderAllowList NOTHING = new HeaderAllowList(List.of());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.!%_+~-]{2,64}");
    private static final Pattern PREFIX = Pattern.compile("[Xx]-[A-Za-z0-9.!%_+~-]{0,62}\\*");

    /// What the gateway writes or acts upon itself: nobody sets these, and nobody reads past what
    /// the gateway makes of them. Who calls, for one, may be withheld.
    private static final Set<String> OWN =
            Set.of(
                    "accept",
                    "accept-encoding",
                    "allow",
                    "authentication-info",
                    "authorization",
                    "call-id",
                    "contact",
                    "content-disposition",
                    "content-encoding",
                    "content-length",
                    "content-type",
                    "cseq",
                    "diversion",
                    "expires",
                    "from",
                    "history-info",
                    "identity",
                    "info-package",
                    "join",
                    "max-forwards",
                    "mime-version",
                    "min-expires",
                    "min-se",
                    "p-asserted-identity",
                    "p-preferred-identity",
                    "path",
                    "privacy",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "proxy-require",
                    "rack",
                    "reason",
                    "record-route",
                    "refer-sub",
                    "refer-to",
                    "referred-by",
                    "remote-party-id",
                    "replaces",
                    "require",
                    "retry-after",
                    "route",
                    "rseq",
                    "service-route",
                    "session-expires",
                    "supported",
                    "timestamp",
                    "to",
                    "unsupported",
                    "via",
                    "warning",
                    "www-authenticate");

    public HeaderAllowList {
        names = List.copyOf(names);
        for (String name : names) {
            Optional<String> problem = problem(name);
            if (problem.isPresent()) {
                throw new IllegalArgumentException("'" + name + "' " + problem.get());
            }
        }
    }

    /// What is wrong with a name; empty when it can be listed.
    static Optional<String> problem(String name) {
        if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
            return Optional.of("is the gateway's own and is never copied");
        }
        return NAME.matcher(name).matches() || PREFIX.matcher(name).matches()
                ? Optional.empty()
                : Optional.of("is neither the name of a header field nor X-...*");
    }

    /// The name by which a header field is copied: as it is listed, or as it came where only its
    /// beginning is.
    public Optional<String> copies(String name) {
        for (String listed : names) {
            if (listed.equalsIgnoreCase(name)) {
                return Optional.of(listed);
            }
            int star = listed.length() - 1;
            if (listed.charAt(star) == '*' && name.regionMatches(true, 0, listed, 0, star)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }
}
