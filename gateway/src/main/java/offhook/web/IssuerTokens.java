package offhook.web;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import offhook.config.IssuerConfig;

/// Checks the tokens of another issuer: JWT under RS256 or ES256 and no other algorithm, signed by
/// one of the keys that the configuration leads to (RFC 8725 §3.1, §3.8, §3.9). What a token itself
/// says of keys (`jku`, `jwk`, `x5u`, `x5c`) is not looked at. Safe for any thread.
final class IssuerTokens {

    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

    /// RFC 7519 §5.1, RFC 9068 §2.1. No type is what most issuers write.
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    /// A session that lasts longer asks for a token again.
    private static final Duration MAX_REMAINING = Duration.ofDays(30);

    private final IssuerConfig issuer;
    private final IssuerKeys keys;
    private final IssuerClaims claims;
    private final InstantSource clock;

    IssuerTokens(IssuerConfig issuer, IssuerKeys keys, IssuerClaims claims, InstantSource clock) {
        this.issuer = issuer;
        this.keys = keys;
        this.claims = claims;
        this.clock = clock;
    }

    /// Checks a token.
    TokenCheck check(SignedJWT token) {
        JWSHeader header = token.getHeader();
        if (!ALGORITHMS.contains(header.getAlgorithm()) || !isOfKnownType(header)) {
            return new TokenCheck.Invalid();
        }
        Optional<List<JWK>> candidates = keys.of(header);
        if (candidates.isEmpty()) {
            return new TokenCheck.Unknown();
        }
        try {
            for (JWK key : candidates.get()) {
                if (token.verify(verifier(key))) {
                    return claims(token.getJWTClaimsSet());
                }
            }
        } catch (JOSEException | ParseException _) {
            // A key of another curve, or claims that are none.
            return new TokenCheck.Invalid();
        }
        return new TokenCheck.Invalid();
    }

    private static boolean isOfKnownType(JWSHeader header) {
        JOSEObjectType type = header.getType();
        return type == null || TYPES.contains(type.getType().toLowerCase(Locale.ROOT));
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        return switch (key) {
            case RSAKey rsa -> new RSASSAVerifier(rsa);
            case ECKey ec -> new ECDSAVerifier(ec);
            default -> throw new JOSEException("no key for these algorithms");
        };
    }

    private TokenCheck claims(JWTClaimsSet set) {
        Instant now = clock.instant();
        Date expiry = set.getExpirationTime();
        Date notBefore = set.getNotBeforeTime();
        if (!issuer.issuer().equals(set.getIssuer())
                || !set.getAudience().contains(issuer.audience())
                || expiry == null
                || (notBefore != null
                        && notBefore.toInstant().isAfter(now.plus(issuer.clockSkew())))) {
            return new TokenCheck.Invalid();
        }
        Duration remaining = Duration.between(now, expiry.toInstant()).plus(issuer.clockSkew());
        if (!remaining.isPositive()) {
            return new TokenCheck.Expired();
        }
        Duration capped = remaining.compareTo(MAX_REMAINING) > 0 ? MAX_REMAINING : remaining;
        return claims.agent(set)
                .<TokenCheck>map(who ->
                        new TokenCheck.Valid(
                                who,
                                capped,
                                Optional.ofNullable(set.getIssueTime()).map(Date::toInstant)))
                .orElseGet(TokenCheck.Invalid::new);
    }
}
