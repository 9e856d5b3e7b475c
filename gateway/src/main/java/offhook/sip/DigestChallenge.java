package offhook.sip;

import java.util.HashMap;
import java.util.Locale;
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
    }

    /// Reads the value of a WWW-Authenticate or Proxy-Authenticate field.
    ///
    /// @return empty for one that is malformed or that we never answer: another scheme or algorithm
    ///   (the `-sess` ones among them), `auth-int` alone, or no `qop` with more than MD5
    static Optional<DigestChallenge> read(String value) {
        try {
            return of(parameters(value));
        } catch (SipRequestException _) {
            return Optional.empty();
        }
    }

    private static Optional<DigestChallenge> of(Map<String, String> parameters) {
        String realm = parameters.get("realm");
        String nonce = parameters.get("nonce");
        Optional<Algorithm> algorithm = algorithm(parameters.getOrDefault("algorithm", "MD5"));
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

    private static Optional<Algorithm> algorithm(String token) {
        for (Algorithm known : Algorithm.values()) {
            if (known.token.equalsIgnoreCase(token)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    private static boolean offersAuth(String qop) {
        return SipGrammar.list(qop).stream().anyMatch("auth"::equalsIgnoreCase);
    }

    /// Names in lower case, values unquoted.
    private static Map<String, String> parameters(String value) throws SipRequestException {
        FieldCursor cursor = new FieldCursor(value.strip());
        if (!cursor.token().equalsIgnoreCase("Digest")) {
            throw SipRequestException.malformed("a challenge that is no digest");
        }
        Map<String, String> parameters = new HashMap<>();
        do {
            cursor.skipBlanks();
            String name = cursor.token().toLowerCase(Locale.ROOT);
            cursor.skipBlanks();
            cursor.expect('=');
            cursor.skipBlanks();
            String text = cursor.peek() == '"' ? unquoted(cursor.quotedString()) : cursor.token();
            if (parameters.put(name, text) != null) {
                throw SipRequestException.malformed("the parameter " + name + " twice");
            }
            cursor.skipBlanks();
        } while (cursor.take(','));
        if (!cursor.atEnd()) {
            throw SipRequestException.malformed("a challenge with more behind it");
        }
        return parameters;
    }

    private static String unquoted(String quoted) throws SipRequestException {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c == '\\') {
                i++;
                c = quoted.charAt(i);
            }
            if (c < ' ' || c == '\u007f') {
                throw SipRequestException.malformed("a control character in a challenge");
            }
            text.append(c);
        }
        return text.toString();
    }
}
