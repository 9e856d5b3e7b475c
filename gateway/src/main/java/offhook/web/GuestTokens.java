package offhook.web;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.config.GuestSite;

/// Signs and checks the tokens of visitors: JWT under HS256 with a key of each site's own, so that
/// no site speaks for another, nor for agents. Safe for any thread.
final class GuestTokens {

    static final String AUDIENCE = "offhook-guest";

    /// The claim with what is said of the visitor.
    static final String FIELDS = "fields";

    private static final int KEY_BYTES = 32;

    /// How far the clock of a site's server may be off.
    private static final Duration SKEW = Duration.ofSeconds(30);

    private final Map<String, Keyed> sites = new HashMap<>();
    private final InstantSource clock;

    GuestTokens(List<GuestSite> sites, InstantSource clock) {
        this.clock = clock;
        SecureRandom random = new SecureRandom();
        for (GuestSite site : sites) {
            byte[] key =
                    site.key()
                            .map(secret -> secret.value().getBytes(StandardCharsets.UTF_8))
                            .orElseGet(() -> {
                                byte[] bytes = new byte[KEY_BYTES];
                                random.nextBytes(bytes);
                                return bytes;
                            });
            this.sites.put(site.name(), new Keyed(site, key));
        }
    }

    /// A site with the key of its tokens.
    private static final class Keyed {
        private final GuestSite site;
        private final byte[] key;

        Keyed(GuestSite site, byte[] key) {
            this.site = site;
            this.key = key;
        }
    }

    /// The site of this name, whose pages these are.
    Optional<GuestSite> site(String name, String origin) {
        return Optional.ofNullable(sites.get(name))
                .map(keyed -> keyed.site)
                .filter(site -> site.origins().contains(origin));
    }

    /// Whether pages of this origin may connect at all.
    boolean allows(String origin) {
        return sites.values().stream().anyMatch(k -> k.site.origins().contains(origin));
    }

    /// A new token for a visitor of a site.
    String issue(GuestSite site, Map<String, String> fields) {
        Instant now = clock.instant();
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build(),
                        new JWTClaimsSet.Builder()
                                .issuer(site.name())
                                .audience(AUDIENCE)
                                .expirationTime(Date.from(now.plus(site.tokenLifetime())))
                                .claim(FIELDS, fields)
                                .build());
        try {
            token.sign(new MACSigner(keyed(site.name()).key));
        } catch (JOSEException e) {
            throw new IllegalStateException("HS256 is always there", e);
        }
        return token.serialize();
    }

    private Keyed keyed(String site) {
        Keyed keyed = sites.get(site);
        if (keyed == null) {
            throw new IllegalArgumentException("no such site");
        }
        return keyed;
    }

    /// Checks a token that a page of this origin sent.
    TokenCheck check(String text, String origin) {
        try {
            SignedJWT token = SignedJWT.parse(text);
            JWTClaimsSet claims = token.getJWTClaimsSet();
            Keyed keyed = sites.get(String.valueOf(claims.getIssuer()));
            // The issuer is believed only as far as which key it chooses.
            return keyed != null
                            && keyed.site.origins().contains(origin)
                            && JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())
                            && token.verify(new MACVerifier(keyed.key))
                    ? claims(keyed.site, claims)
                    : new TokenCheck.Invalid();
        } catch (ParseException | JOSEException _) {
            return new TokenCheck.Invalid();
        }
    }

    /// A token for longer than the configuration allows is not taken: who has it could call for as
    /// long.
    private TokenCheck claims(GuestSite site, JWTClaimsSet claims) throws ParseException {
        Date expiry = claims.getExpirationTime();
        if (!claims.getAudience().contains(AUDIENCE) || expiry == null) {
            return new TokenCheck.Invalid();
        }
        Duration remaining = Duration.between(clock.instant(), expiry.toInstant());
        if (remaining.compareTo(site.tokenLifetime().plus(SKEW)) > 0) {
            return new TokenCheck.Invalid();
        }
        if (!remaining.isPositive()) {
            return new TokenCheck.Expired();
        }
        Map<String, String> said = new LinkedHashMap<>();
        if (claims.getClaim(FIELDS) instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                if (name instanceof String key && value instanceof String field) {
                    said.put(key, field);
                }
            });
        }
        Guest guest = new Guest(site, GuestFields.fit(said, site.fields()));
        return new TokenCheck.Valid(AgentProfile.of(guest), remaining, Optional.empty());
    }
}
