package offhook.sip;

import java.util.Optional;
import offhook.config.Secret;

/// One connection's challenge (RFC 3261 §22, RFC 7616) and what is made of it. A nonce is good on
/// the connection that it was sent on, for a minute, and each count of it once. MD5 alone is asked
/// for: the libraries of browsers know nothing else, and take the first challenge or none. On its
/// owner's thread only.
public final class WireDigest {

    /// What credentials are worth.
    public enum Verdict {
        /// They prove the password.
        PROVEN,
        /// There are none that answer our challenge.
        ABSENT,
        /// They are right, but for a challenge of long ago.
        STALE,
        /// The user or the password is wrong.
        WRONG
    }

    private static final long LIFE_NANOS = DigestNonces.LIFE_NANOS;

    private final String realm;
    private String nonce = "";
    private long madeNanos;
    private long highestCount;

    /// @param realm that challenges name
    public WireDigest(String realm) {
        this.realm = realm;
    }

    /// A challenge, the value of WWW-Authenticate, in place of the one before.
    ///
    /// @param stale whether the password was right and only the nonce too old
    public String challenge(boolean stale, long nowNanos) {
        nonce = Identifiers.next();
        madeNanos = nowNanos;
        highestCount = 0;
        return "Digest realm=\""
                + realm
                + "\", nonce=\""
                + nonce
                + "\", algorithm=MD5, qop=\"auth\""
                + (stale ? ", stale=true" : "");
    }

    /// Judges the credentials of a request.
    ///
    /// @param user whose they must be
    /// @param password what they must prove; empty when the user has none
    public Verdict judge(
            WireMessage request, String user, Optional<Secret> password, long nowNanos) {
        Optional<DigestCredentials> found =
                request.headers("authorization").stream()
                        .limit(2)
                        .flatMap(field -> DigestCredentials.read(field, realm).stream())
                        .filter(c -> c.algorithm() == DigestChallenge.Algorithm.MD5)
                        .findFirst();
        if (found.isEmpty() || nonce.isEmpty() || !found.get().nonce().equals(nonce)) {
            return Verdict.ABSENT;
        }
        DigestCredentials credentials = found.get();
        if (!proves(credentials, request, user, password)) {
            return Verdict.WRONG;
        }
        if (nowNanos - madeNanos > LIFE_NANOS || credentials.nonceCount() <= highestCount) {
            return Verdict.STALE;
        }
        highestCount = credentials.nonceCount();
        return Verdict.PROVEN;
    }

    private boolean proves(
            DigestCredentials credentials,
            WireMessage request,
            String user,
            Optional<Secret> password) {
        DigestChallenge.Algorithm md5 = DigestChallenge.Algorithm.MD5;
        // Of who has none, as much is hashed as of anybody else.
        String secret = password.map(Secret::value).orElseGet(Identifiers::next);
        String right =
                md5.hash(
                        String.join(
                                ":",
                                md5.hash(user + ":" + realm + ":" + secret),
                                credentials.nonce(),
                                credentials.nonceCountText(),
                                credentials.cnonce(),
                                "auth",
                                md5.hash(request.method() + ":" + credentials.uri())));
        return Identifiers.equalInConstantTime(
                        credentials.response() + ' ' + credentials.username(), right + ' ' + user)
                && DigestUri.isSame(credentials.uri(), request.requestUri());
    }
}
