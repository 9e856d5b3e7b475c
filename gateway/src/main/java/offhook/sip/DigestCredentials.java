package offhook.sip;

import java.util.Map;
import java.util.Optional;

/// The credentials of a request (RFC 7616 §3.4), of the kind that we ask for: `qop=auth`.
///
/// @param username unquoted
/// @param realm unquoted
/// @param nonce unquoted
/// @param uri as it stands there
/// @param response in hex
/// @param nonceCount how often the nonce was used, this time included
/// @param nonceCountText as it entered the hash
/// @param cnonce unquoted
record DigestCredentials(
        String username,
        String realm,
        String nonce,
        String uri,
        String response,
        DigestChallenge.Algorithm algorithm,
        long nonceCount,
        String nonceCountText,
        String cnonce) {

    /// Reads the value of an Authorization field.
    ///
    /// @return empty when it is of another scheme, realm or kind
    static Optional<DigestCredentials> read(String value, String realm) {
        Map<String, String> fields;
        try {
            fields = DigestFields.read(value);
        } catch (SipRequestException _) {
            return Optional.empty();
        }
        String count = fields.getOrDefault("nc", "");
        Optional<DigestChallenge.Algorithm> algorithm =
                DigestChallenge.Algorithm.of(fields.getOrDefault("algorithm", "MD5"));
        boolean ours =
                realm.equals(fields.get("realm"))
                        && "auth".equalsIgnoreCase(fields.get("qop"))
                        && count.matches("[0-9A-Fa-f]{8}")
                        && !fields.getOrDefault("cnonce", "").isEmpty();
        if (!ours || algorithm.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new DigestCredentials(
                        fields.getOrDefault("username", ""),
                        realm,
                        fields.getOrDefault("nonce", ""),
                        fields.getOrDefault("uri", ""),
                        fields.getOrDefault("response", ""),
                        algorithm.get(),
                        Long.parseLong(count, 16),
                        count,
                        fields.getOrDefault("cnonce", "")));
    }
}
