package offhook.web;

/// Checks what the pages of one kind sign in with. Any thread; it may take as long as a network
/// takes.
@FunctionalInterface
interface TokenChecker {

    TokenCheck check(String token);

    /// Whether a token that was valid a moment ago still is: what was made of a check may have
    /// waited while the token was revoked. Never waits.
    default boolean isStill(TokenCheck.Valid found) {
        return true;
    }
}
