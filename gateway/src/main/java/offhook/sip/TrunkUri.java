package offhook.sip;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where calls to a trunk go out (RFC 3261 §19.1.1), as the configuration names it.
///
/// @param host name or address; an IPv6 address without brackets
/// @param port empty: that of the transport, or what DNS says
/// @param transport `udp` or `tcp`
/// @param transportNamed whether it is written
record TrunkUri(String host, OptionalInt port, String transport, boolean transportNamed) {

    static final int DEFAULT_PORT = 5060;

    private static final Pattern PARTS =
            Pattern.compile(
                    "sips?:(?:[^@]+@)?(\\[[^]]+]|[^:;]+)(?::([0-9]+))?(;.*)?",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern TRANSPORT =
            Pattern.compile(";transport=([a-z]+)", Pattern.CASE_INSENSITIVE);

    /// @param uri that the configuration's reader has passed
    static TrunkUri parse(String uri) {
        Matcher parts = PARTS.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no SIP URI: " + uri);
        }
        String host = parts.group(1);
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String digits = parts.group(2);
        Matcher transport = TRANSPORT.matcher(Optional.ofNullable(parts.group(3)).orElse(""));
        boolean named = transport.find();
        return new TrunkUri(
                bare,
                digits == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(digits)),
                named ? transport.group(1).toLowerCase(Locale.ROOT) : "udp",
                named);
    }

    /// The port that is meant when none is written.
    int portOrDefault() {
        return port.orElse(DEFAULT_PORT);
    }

    /// The host as a URI writes it.
    String uriHost() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
