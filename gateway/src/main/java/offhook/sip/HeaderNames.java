package offhook.sip;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What is known of header fields by name (RFC 3261 §20 and the IANA registry).
final class HeaderNames {

    private static final Map<String, String> COMPACT =
            Map.ofEntries(
                    Map.entry("a", "accept-contact"),
                    Map.entry("b", "referred-by"),
                    Map.entry("c", "content-type"),
                    Map.entry("d", "request-disposition"),
                    Map.entry("e", "content-encoding"),
                    Map.entry("f", "from"),
                    Map.entry("i", "call-id"),
                    Map.entry("j", "reject-contact"),
                    Map.entry("k", "supported"),
                    Map.entry("l", "content-length"),
                    Map.entry("m", "contact"),
                    Map.entry("n", "identity-info"),
                    Map.entry("o", "event"),
                    Map.entry("r", "refer-to"),
                    Map.entry("s", "subject"),
                    Map.entry("t", "to"),
                    Map.entry("u", "allow-events"),
                    Map.entry("v", "via"),
                    Map.entry("x", "session-expires"),
                    Map.entry("y", "identity"));

    /// Fields that may stand once only; a second one is how requests are smuggled past a check.
    private static final Set<String> SINGLE =
            Set.of(
                    "call-id",
                    "content-disposition",
                    "content-length",
                    "content-type",
                    "cseq",
                    "date",
                    "event",
                    "expires",
                    "from",
                    "max-forwards",
                    "mime-version",
                    "min-expires",
                    "min-se",
                    "priority",
                    "refer-to",
                    "referred-by",
                    "replaces",
                    "reply-to",
                    "retry-after",
                    "server",
                    "session-expires",
                    "subject",
                    "timestamp",
                    "to",
                    "user-agent");

    /// Fields whose commas separate nothing, or whose values nobody here reads as a list.
    private static final Set<String> TEXT =
            Set.of(
                    "authorization",
                    "call-info",
                    "date",
                    "organization",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "server",
                    "subject",
                    "timestamp",
                    "user-agent",
                    "www-authenticate");

    private HeaderNames() {}

    /// The lower-case long form of a name as it was written.
    static String canonical(String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        return COMPACT.getOrDefault(lower, lower);
    }

    static boolean isSingle(String canonicalName) {
        return SINGLE.contains(canonicalName);
    }

    /// Whether commas of the field may separate values that somebody reads one by one. Nobody does
    /// that with what a PBX made up for itself.
    static boolean isList(String canonicalName) {
        return !TEXT.contains(canonicalName) && !canonicalName.startsWith("x-");
    }
}
