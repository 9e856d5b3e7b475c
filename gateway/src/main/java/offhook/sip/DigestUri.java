package offhook.sip;

import java.util.Locale;

/// Whether the `uri` that credentials were made for is that of the request (RFC 3261 §22.4, RFC
/// 7616 §3.4.6). Proxies on the way may add parameters or a port; whom the call is for they must
/// leave alone, or somebody else's call would be paid for.
final class DigestUri {

    private DigestUri() {}

    static boolean isSame(String proven, String requested) {
        return !proven.isEmpty() && essence(proven).equals(essence(requested));
    }

    /// User and host of a SIP URI, the host in lower case; any other URI as it is.
    private static String essence(String uri) {
        int colon = uri.indexOf(':');
        String scheme = uri.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
        if (!scheme.equals("sip") && !scheme.equals("sips")) {
            return uri;
        }
        String rest = uri.substring(colon + 1);
        int at = rest.indexOf('@');
        String user = rest.substring(0, Math.max(at, 0));
        String host = rest.substring(at + 1).split("[;?]", 2)[0].toLowerCase(Locale.ROOT);
        int port = host.startsWith("[") ? host.indexOf(':', host.indexOf(']')) : host.indexOf(':');
        return user + "@" + (port < 0 ? host : host.substring(0, port));
    }
}
