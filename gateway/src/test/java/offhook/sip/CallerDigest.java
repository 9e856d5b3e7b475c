package offhook.sip;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a PBX answers a challenge, written down from RFC 7616 §3.4.1 and sharing nothing with the
/// gateway.
///
/// @param realm what the challenge says
/// @param nonce what the challenge says
/// @param algorithm what the challenge says
record CallerDigest(String realm, String nonce, String algorithm) {

    /// The challenges of a 401, in their order.
    static List<CallerDigest> of(String response) {
        return response.lines()
                .filter(line -> line.startsWith("WWW-Authenticate: Digest "))
                .map(line ->
                        new CallerDigest(
                                value(line, "realm=\"([^\"]*)\""),
                                value(line, "nonce=\"([^\"]*)\""),
                                value(line, "algorithm=([^,]*)")))
                .toList();
    }

    private static String value(String line, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(line);
        if (!matcher.find()) {
            throw new AssertionError(pattern + " is not in " + line);
        }
        return matcher.group(1);
    }

    /// An Authorization field for an INVITE.
    String authorization(String user, String password, String uri, int count) {
        return authorization("INVITE", user, password, uri, count);
    }

    String authorization(String method, String user, String password, String uri, int count) {
        String nc = String.format(Locale.ROOT, "%08x", count);
        String a1 = hash(user + ":" + realm + ":" + password);
        String a2 = hash(method + ":" + uri);
        String response = hash(a1 + ":" + nonce + ":" + nc + ":c0ffee:auth:" + a2);
        return "Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\","
                        .formatted(user, realm, nonce, uri)
                + " response=\"%s\", algorithm=%s, cnonce=\"c0ffee\", qop=auth, nc=%s"
                        .formatted(response, algorithm, nc);
    }

    private String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance(algorithm)
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
