package offhook.web;

import java.util.Optional;

/// Checks what the pages of one kind sign in with. Any thread; it may take as long as a network
/// takes.
@FunctionalInterface
interface TokenChecker {

    TokenCheck check(String token);

    /// What was found a moment ago, as it is now: what was made of a check may have waited while
    /// the token was revoked, or its user changed. Empty when it counts no more. Never waits.
    default Optional<TokenCheck.Valid> still(TokenCheck.Valid found) {
        return Optional.of(found);
    }
}
