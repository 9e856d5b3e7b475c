package offhook.sip;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.dns.ServerName;

/// Where calls to a trunk go out (RFC 3261 §19.1.1), as the configuration names it.
///
/// @param host name or address; an IPv6 address without brackets
/// @param port empty: that of the transport, or what DNS says
/// @param transport `udp`, `tcp` or `tls`; empty: what DNS says
/// @param secure of a `sips` URI
public record TrunkUri(String host, OptionalInt port, Optional<String> transport, boolean secure) {

    private static final Pattern PARTS =
            Pattern.compile(
                    "(sips?):(?:[^@]+@)?(\\[[^]]+]|[^:;]+)(?::([0-9]+))?(;.*)?",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern TRANSPORT =
            Pattern.compile(";transport=([a-z]+)", Pattern.CASE_INSENSITIVE);

    /// Reads a URI.
    ///
    /// @param uri that the configuration's reader has passed
    public static TrunkUri parse(String uri) {
        Matcher parts = PARTS.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no SIP URI: " + uri);
        }
        String host = parts.group(2);
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String digits = parts.group(3);
        Matcher transport = TRANSPORT.matcher(Optional.ofNullable(parts.group(4)).orElse(""));
        return new TrunkUri(
                bare,
                digits == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(digits)),
                transport.find()
                        ? Optional.of(transport.group(1).toLowerCase(Locale.ROOT))
                        : Optional.empty(),
                parts.group(1).equalsIgnoreCase("sips"));
    }

    /// What DNS is asked for.
    public ServerName serverName() {
        return new ServerName(host, port, transport, secure);
    }

    /// The host as a URI writes it.
    public String uriHost() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
