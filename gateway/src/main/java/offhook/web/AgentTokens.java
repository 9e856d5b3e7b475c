package offhook.web;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import offhook.config.AgentsConfig;
import offhook.config.Secret;
import org.jspecify.annotations.Nullable;

/// Signs and checks the tokens that agents sign in with: JWT (RFC 7519) under HS256, which is
/// pinned: a token that names another algorithm is refused before anything else of it is believed
/// (RFC 8725 §3.1).
final class AgentTokens {

    static final String ISSUER = "offhook";
    static final String AUDIENCE = "offhook-agent";

    /// RFC 7518 §3.2: the key is at least as long as the hash.
    static final int MIN_SECRET_BYTES = 32;

    /// Of what a password was when the token was issued for it.
    static final String PASSWORD_CLAIM = "pwd";

    /// As many as nobody guesses who does not have the secret (RFC 2104 §5).
    private static final int PASSWORD_MARK_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final byte[] secret;
    private final Duration lifetime;
    private final InstantSource clock;
    private final Staff staff;
    private final Revocations revocations;

    /// @param staff to whom tokens are issued, and of whom they count
    /// @param revocations which no token meets that is issued after them
    AgentTokens(AgentsConfig agents, Staff staff, Revocations revocations, InstantSource clock) {
        this.secret = agents.tokenSecret().map(AgentTokens::bytes).orElseGet(this::randomSecret);
        this.lifetime = agents.tokenLifetime();
        this.clock = clock;
        this.staff = staff;
        this.revocations = revocations;
    }

    private static byte[] bytes(Secret secret) {
        byte[] bytes = secret.value().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "the secret of agents.tokens must be at least "
                            + MIN_SECRET_BYTES
                            + " bytes long; it has "
                            + bytes.length);
        }
        return bytes;
    }

    private byte[] randomSecret() {
        byte[] bytes = new byte[MIN_SECRET_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    Duration lifetime() {
        return lifetime;
    }

    /// A new token for a user whose password was right.
    String issue(AgentsConfig.User user) {
        Instant issued = revocations.issueTime(user.name());
        byte[] id = new byte[12];
        random.nextBytes(id);
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(AUDIENCE)
                        .subject(user.name())
                        .issueTime(Date.from(issued))
                        .expirationTime(Date.from(issued.plus(lifetime)))
                        .jwtID(HexFormat.of().formatHex(id))
                        .claim(PASSWORD_CLAIM, passwordMark(user))
                        .build();
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build(),
                        claims);
        try {
            token.sign(new MACSigner(secret));
        } catch (JOSEException e) {
            throw new IllegalStateException("HS256 is always there", e);
        }
        return token.serialize();
    }

    /// What tells a password from those before and after it, and nothing else to anybody who does
    /// not have the secret. It has blanks, which nothing has that a token's signature is made of
    /// (RFC 7515 §5.1): neither serves as the other.
    String passwordMark(AgentsConfig.User user) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] whole =
                    mac.doFinal(
                            ("password of " + user.name() + ' ' + user.passwordHash().value())
                                    .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, PASSWORD_MARK_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC with SHA-256", e);
        }
    }

    /// Whether the password is still the one that the token was issued for; whoever restarts the
    /// gateway to change it does not revoke the token besides.
    private boolean isOfPasswordOf(AgentsConfig.User user, JWTClaimsSet claims) {
        return claims.getClaim(PASSWORD_CLAIM) instanceof String mark
                && MessageDigest.isEqual(
                        mark.getBytes(StandardCharsets.UTF_8),
                        passwordMark(user).getBytes(StandardCharsets.UTF_8));
    }

    /// Checks a token.
    TokenCheck check(SignedJWT token) {
        try {
            if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())) {
                return new TokenCheck.Invalid();
            }
            JWSVerifier verifier = new MACVerifier(secret);
            return token.verify(verifier)
                    ? claims(token.getJWTClaimsSet())
                    : new TokenCheck.Invalid();
        } catch (ParseException | JOSEException _) {
            return new TokenCheck.Invalid();
        }
    }

    private TokenCheck claims(JWTClaimsSet claims) {
        Instant now = clock.instant();
        Optional<Instant> expiry = instant(claims.getExpirationTime());
        Optional<Instant> notBefore = instant(claims.getNotBeforeTime());
        String agent = claims.getSubject();
        if (!ISSUER.equals(claims.getIssuer())
                || !claims.getAudience().contains(AUDIENCE)
                || agent == null
                || expiry.isEmpty()
                || (notBefore.isPresent() && notBefore.get().isAfter(now))) {
            return new TokenCheck.Invalid();
        }
        Optional<AgentProfile> user =
                staff.user(agent)
                        .filter(known -> isOfPasswordOf(known, claims))
                        .map(AgentProfile::of);
        if (user.isEmpty()) {
            return new TokenCheck.Invalid();
        }
        return expiry.get().isAfter(now)
                ? new TokenCheck.Valid(
                        user.get(),
                        Duration.between(now, expiry.get()),
                        instant(claims.getIssueTime()),
                        true)
                : new TokenCheck.Expired();
    }

    private static Optional<Instant> instant(@Nullable Date date) {
        return Optional.ofNullable(date).map(Date::toInstant);
    }
}
