package offhook.sip;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import offhook.config.TrunkConfig.Auth;

/// Our answers to the challenges of one trunk (RFC 3261 §22, RFC 7616 §3.4, RFC 8760): which of
/// them is answered, how often, and with what. It knows nothing of addresses; who asks it must know
/// that the challenge came from the trunk.
///
/// For one request a challenge of the origin and one of a proxy are answered, each once, and once
/// more when the trunk says that only the nonce was too old. More would be a loop: the credentials
/// are wrong. Used by one thread at a time.
final class DigestClient {

    /// Who challenges (RFC 3261 §22.2, §22.3).
    enum Challenger {
        ORIGIN(401, "WWW-Authenticate", "Authorization"),
        PROXY(407, "Proxy-Authenticate", "Proxy-Authorization");

        private final int status;
        private final String challengeHeader;
        private final String answerHeader;

        Challenger(int status, String challengeHeader, String answerHeader) {
            this.status = status;
            this.challengeHeader = challengeHeader;
            this.answerHeader = answerHeader;
        }

        static Optional<Challenger> of(int status) {
            for (Challenger challenger : values()) {
                if (challenger.status == status) {
                    return Optional.of(challenger);
                }
            }
            return Optional.empty();
        }

        String challengeHeader() {
            return challengeHeader;
        }
    }

    /// A challenge that is answered.
    private static final class Taken {
        private DigestChallenge challenge;
        private int nonceCount;
        private boolean answered;
        private boolean staleSeen;

        Taken(DigestChallenge challenge) {
            this.challenge = challenge;
        }
    }

    private final Auth auth;
    private final Supplier<String> cnonces;
    private final Map<Challenger, Taken> taken = new EnumMap<>(Challenger.class);

    /// @param cnonces new ones that nobody can foretell, of letters and digits
    DigestClient(Auth auth, Supplier<String> cnonces) {
        this.auth = auth;
        this.cnonces = cnonces;
    }

    /// A new request begins. What was learned of nonces stays.
    void begin() {
        for (Taken known : taken.values()) {
            known.answered = false;
            known.staleSeen = false;
        }
    }

    /// Takes a challenge.
    ///
    /// @param offered the values of its header fields, of which the strongest is taken
    /// @return false when it must not, or can not, be answered
    boolean takes(Challenger challenger, List<String> offered) {
        Optional<DigestChallenge> best =
                offered.stream()
                        .flatMap(value -> DigestChallenge.read(value).stream())
                        .filter(c -> auth.realm().isEmpty() || auth.realm().get().equals(c.realm()))
                        .max(Comparator.comparing(DigestChallenge::algorithm));
        if (best.isEmpty()) {
            return false;
        }
        Taken known = taken.computeIfAbsent(challenger, _ -> new Taken(best.get()));
        if (known.answered) {
            if (!best.get().stale() || known.staleSeen) {
                return false;
            }
            known.staleSeen = true;
        }
        if (!known.challenge.nonce().equals(best.get().nonce())) {
            known.nonceCount = 0;
        }
        known.challenge = best.get();
        known.answered = true;
        return true;
    }

    /// The header fields that the next request carries; none before the first challenge.
    ///
    /// @param uri of the request, as it is written in its first line
    List<HeaderField> credentials(String method, String uri) {
        List<HeaderField> fields = new ArrayList<>();
        taken.forEach((challenger, known) -> {
            known.nonceCount++;
            fields.add(
                    new HeaderField(
                            challenger.answerHeader,
                            answer(known.challenge, known.nonceCount, method, uri)));
        });
        return fields;
    }

    private String answer(DigestChallenge challenge, int nonceCount, String method, String uri) {
        String nc = String.format("%08x", nonceCount);
        String cnonce = cnonces.get();
        StringBuilder out = new StringBuilder("Digest ");
        out.append("username=").append(quoted(auth.username()));
        out.append(",realm=").append(quoted(challenge.realm()));
        out.append(",nonce=").append(quoted(challenge.nonce()));
        out.append(",uri=").append(quoted(uri));
        out.append(",response=\"")
                .append(
                        response(
                                challenge,
                                auth.username(),
                                auth.password().value(),
                                nc,
                                cnonce,
                                method,
                                uri))
                .append('"');
        out.append(",algorithm=").append(challenge.algorithm().token());
        if (challenge.qop()) {
            out.append(",cnonce=\"").append(cnonce).append("\",qop=auth,nc=").append(nc);
        }
        challenge.opaque().ifPresent(opaque -> out.append(",opaque=").append(quoted(opaque)));
        return out.toString();
    }

    /// RFC 7616 §3.4.1; without qop RFC 2069 §2.4.
    static String response(
            DigestChallenge challenge,
            String username,
            String password,
            String nc,
            String cnonce,
            String method,
            String uri) {
        DigestChallenge.Algorithm algorithm = challenge.algorithm();
        String secret = algorithm.hash(username + ":" + challenge.realm() + ":" + password);
        String request = algorithm.hash(method + ":" + uri);
        String middle = challenge.qop() ? ":" + nc + ":" + cnonce + ":auth:" : ":";
        return algorithm.hash(secret + ":" + challenge.nonce() + middle + request);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
