package offhook.web;

/// Checks what the pages of one kind sign in with. Any thread; it may take as long as a network
/// takes.
@FunctionalInterface
interface TokenChecker {

    TokenCheck check(String token);
}
