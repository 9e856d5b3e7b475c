package offhook.sip;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import offhook.config.CallerChallenge;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;

/// Asks callers for credentials and judges them (RFC 3261 §22.1, RFC 7616 §3.7, RFC 8760 §2). A
/// caller costs no memory before it has proven to know the password. Any thread.
final class DigestServer {

    /// What credentials are worth.
    enum Verdict {
        PROVEN,
        /// There are none, or none of the kind that was asked for.
        ABSENT,
        /// They answer a challenge that this source was never sent.
        FOREIGN,
        /// They are right, but for a challenge of long ago.
        STALE,
        /// They are right, and were used before.
        REPLAYED,
        /// They are right, for a call to somebody else.
        OTHER_URI,
        /// The user or the password is wrong.
        WRONG
    }

    /// @param trunk whose credentials they are; empty unless they are proven
    record Judgement(Verdict verdict, Optional<TrunkConfig> trunk) {}

    /// More fields than our challenges had are guesses.
    private static final int MAX_FIELDS = 2;

    /// What is compared with for a trunk.
    private record Lock(
            CallerChallenge challenge, Map<DigestChallenge.Algorithm, String> secrets) {}

    private final DigestNonces nonces;
    private final NonceCounts counts;
    private final GuessLimiter guesses;

    /// Made when first asked for; those of trunks that are gone are forgotten by [#retain].
    private final Map<CallerChallenge, Lock> locks = new ConcurrentHashMap<>();

    DigestServer(NanoClock clock, GuessLimiter guesses) {
        this.nonces = new DigestNonces(clock, Identifiers::next);
        this.counts = new NonceCounts(clock);
        this.guesses = guesses;
    }

    /// Forgets what is compared with for other trunks than these.
    void retain(Collection<TrunkConfig> known) {
        locks.keySet()
                .retainAll(
                        known.stream()
                                .flatMap(trunk -> trunk.challenge().stream())
                                .collect(Collectors.toUnmodifiableSet()));
    }

    /// For how many challenges something to compare with is kept.
    int kept() {
        return locks.size();
    }

    private static Lock lock(CallerChallenge challenge) {
        Map<DigestChallenge.Algorithm, String> secrets =
                new EnumMap<>(DigestChallenge.Algorithm.class);
        for (CallerChallenge.Algorithm served : challenge.algorithms()) {
            DigestChallenge.Algorithm algorithm = algorithm(served);
            secrets.put(
                    algorithm,
                    algorithm.hash(
                            challenge.username()
                                    + ":"
                                    + challenge.realm()
                                    + ":"
                                    + challenge.password().value()));
        }
        return new Lock(challenge, secrets);
    }

    private static DigestChallenge.Algorithm algorithm(CallerChallenge.Algorithm served) {
        return switch (served) {
            case SHA_256 -> DigestChallenge.Algorithm.SHA_256;
            case MD5 -> DigestChallenge.Algorithm.MD5;
        };
    }

    /// The fields of a 401, the preferred one first (RFC 8760 §2.4).
    ///
    /// @param asked the trunks that the source may be, all of one realm
    List<HeaderField> challenges(List<TrunkConfig> asked, InetAddress source, boolean stale) {
        List<HeaderField> fields = new ArrayList<>();
        String nonce = nonces.next(source);
        for (CallerChallenge.Algorithm algorithm : algorithms(asked)) {
            fields.add(
                    new HeaderField(
                            "WWW-Authenticate",
                            "Digest realm=\""
                                    + lockOf(asked.getFirst()).challenge().realm()
                                    + "\",nonce=\""
                                    + nonce
                                    + "\",qop=\"auth\",algorithm="
                                    + algorithm(algorithm).token()
                                    + (stale ? ",stale=true" : "")));
        }
        return fields;
    }

    private List<CallerChallenge.Algorithm> algorithms(List<TrunkConfig> asked) {
        return asked.stream()
                .flatMap(trunk -> lockOf(trunk).challenge().algorithms().stream())
                .distinct()
                .toList();
    }

    /// Judges the credentials of a request, and counts wrong ones.
    ///
    /// @param asked the trunks that the source may be, all of one realm
    Judgement judge(RawMessage request, InetAddress source, List<TrunkConfig> asked) {
        String realm = lockOf(asked.getFirst()).challenge().realm();
        Judgement best = new Judgement(Verdict.ABSENT, Optional.empty());
        for (String field : request.all("authorization").stream().limit(MAX_FIELDS).toList()) {
            Optional<DigestCredentials> credentials =
                    DigestCredentials.read(field, realm).filter(c -> isAskedFor(c, asked));
            if (credentials.isPresent()) {
                best = judge(credentials.get(), request, source, asked);
            }
            if (best.verdict() == Verdict.PROVEN) {
                return best;
            }
            if (best.verdict() == Verdict.WRONG) {
                guesses.countWrong(source);
            }
        }
        return best;
    }

    private boolean isAskedFor(DigestCredentials credentials, List<TrunkConfig> asked) {
        return asked.stream()
                .anyMatch(trunk -> lockOf(trunk).secrets().containsKey(credentials.algorithm()));
    }

    private Judgement judge(
            DigestCredentials credentials,
            RawMessage request,
            InetAddress source,
            List<TrunkConfig> asked) {
        DigestNonces.Worth worth = nonces.worth(credentials.nonce(), source);
        if (worth == DigestNonces.Worth.FOREIGN) {
            return new Judgement(Verdict.FOREIGN, Optional.empty());
        }
        Optional<TrunkConfig> trunk = owner(credentials, request.method(), asked);
        if (trunk.isEmpty()) {
            return new Judgement(Verdict.WRONG, Optional.empty());
        }
        if (!DigestUri.isSame(credentials.uri(), request.startLine().split(" ", -1)[1])) {
            return new Judgement(Verdict.OTHER_URI, Optional.empty());
        }
        if (worth == DigestNonces.Worth.STALE) {
            return new Judgement(Verdict.STALE, Optional.empty());
        }
        if (!counts.take(credentials.nonce(), credentials.nonceCount())) {
            return new Judgement(Verdict.REPLAYED, Optional.empty());
        }
        return new Judgement(Verdict.PROVEN, trunk);
    }

    /// Whose password was used. Looks at every trunk, so that the time it takes tells nothing.
    private Optional<TrunkConfig> owner(
            DigestCredentials credentials, String method, List<TrunkConfig> asked) {
        Optional<TrunkConfig> owner = Optional.empty();
        String request = credentials.algorithm().hash(method + ":" + credentials.uri());
        for (TrunkConfig trunk : asked) {
            Lock lock = lockOf(trunk);
            String secret = lock.secrets().getOrDefault(credentials.algorithm(), "");
            String right =
                    credentials
                            .algorithm()
                            .hash(
                                    String.join(
                                            ":",
                                            secret,
                                            credentials.nonce(),
                                            credentials.nonceCountText(),
                                            credentials.cnonce(),
                                            "auth",
                                            request));
            boolean known =
                    Identifiers.equalInConstantTime(
                            credentials.response() + ' ' + credentials.username(),
                            right + ' ' + lock.challenge().username());
            if (known && !secret.isEmpty()) {
                owner = Optional.of(trunk);
            }
        }
        return owner;
    }

    private Lock lockOf(TrunkConfig trunk) {
        CallerChallenge challenge =
                trunk.challenge()
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "trunk " + trunk.name() + " asks for no credentials"));
        return locks.computeIfAbsent(challenge, DigestServer::lock);
    }
}
