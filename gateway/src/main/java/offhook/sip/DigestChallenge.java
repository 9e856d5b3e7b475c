package offhook.sip;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// One challenge that we can answer (RFC 3261 §22.4, RFC 7616 §3.3, RFC 8760).
///
/// @param realm unquoted
/// @param nonce unquoted
/// @param opaque unquoted; to be given back when there is one
/// @param qop whether `auth` is offered; without it the old way of RFC 2069 is meant
/// @param stale whether only the nonce was wrong before
record DigestChallenge(
        String realm,
        String nonce,
        Optional<String> opaque,
        Algorithm algorithm,
        boolean qop,
        boolean stale) {

    /// What we hash with, the stronger one later.
    enum Algorithm {
        MD5("MD5"),
        SHA_256("SHA-256");

        private final String token;

        Algorithm(String token) {
            this.token = token;
        }

        /// The name in SIP, which is also that of the JDK.
        String token() {
            return token;
        }

        static Optional<Algorithm> of(String token) {
            for (Algorithm known : values()) {
                if (known.token.equalsIgnoreCase(token)) {
                    return Optional.of(known);
                }
            }
            return Optional.empty();
        }

        /// RFC 7616 §3.4: the hash in lower-case hex.
        String hash(String text) {
            try {
                return HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance(token)
                                        .digest(text.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has " + token, e);
            }
        }
    }

    /// Reads the value of a WWW-Authenticate or Proxy-Authenticate field.
    ///
    /// @return empty for one that is malformed or that we never answer: another scheme or algorithm
    ///   (the `-sess` ones among them), `auth-int` alone, or no `qop` with more than MD5
    static Optional<DigestChallenge> read(String value) {
        try {
            return of(DigestFields.read(value));
        } catch (SipRequestException _) {
            return Optional.empty();
        }
    }

    private static Optional<DigestChallenge> of(Map<String, String> parameters) {
        String realm = parameters.get("realm");
        String nonce = parameters.get("nonce");
        Optional<Algorithm> algorithm = Algorithm.of(parameters.getOrDefault("algorithm", "MD5"));
        if (realm == null || nonce == null || nonce.isEmpty() || algorithm.isEmpty()) {
            return Optional.empty();
        }
        String offered = parameters.get("qop");
        boolean served = offered == null ? algorithm.get() == Algorithm.MD5 : offersAuth(offered);
        if (!served) {
            return Optional.empty();
        }
        return Optional.of(
                new DigestChallenge(
                        realm,
                        nonce,
                        Optional.ofNullable(parameters.get("opaque")),
                        algorithm.get(),
                        offered != null,
                        "true".equalsIgnoreCase(parameters.get("stale"))));
    }

    private static boolean offersAuth(String qop) {
        return SipGrammar.list(qop).stream().anyMatch("auth"::equalsIgnoreCase);
    }
}
