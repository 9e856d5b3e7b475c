package offhook.web;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.Optional;

/// Checks what agents sign in with: tokens of this gateway, and of the issuer of the configuration.
/// Which of the two is decided by the algorithm alone, as each has keys of its own kind: a public
/// key of the issuer never serves as a secret. Safe for any thread.
final class SignInTokens implements TokenChecker {

    private final AgentTokens own;
    private final Optional<IssuerTokens> issuer;
    private final Staff staff;
    private final Revocations revocations;

    SignInTokens(
            AgentTokens own, Optional<IssuerTokens> issuer, Staff staff, Revocations revocations) {
        this.own = own;
        this.issuer = issuer;
        this.staff = staff;
        this.revocations = revocations;
    }

    /// Checks a token; the issuer's keys may have to be waited for.
    @Override
    public TokenCheck check(String text) {
        try {
            SignedJWT token = SignedJWT.parse(text);
            TokenCheck found =
                    JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())
                            ? own.check(token)
                            : issuer.map(i -> i.check(token)).orElseGet(TokenCheck.Invalid::new);
            return found instanceof TokenCheck.Valid valid && isRevoked(valid)
                    ? new TokenCheck.Revoked()
                    : found;
        } catch (ParseException _) {
            return new TokenCheck.Invalid();
        }
    }

    @Override
    public Optional<TokenCheck.Valid> still(TokenCheck.Valid found) {
        if (isRevoked(found)) {
            return Optional.empty();
        }
        return found.own() ? staff.user(found.who().name()).map(found::of) : Optional.of(found);
    }

    private boolean isRevoked(TokenCheck.Valid found) {
        return revocations.isRevoked(found.who().name(), found.issued());
    }
}
