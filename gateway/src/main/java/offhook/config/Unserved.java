package offhook.config;

/// What the file can say and this version does not do. It is refused, so that nobody believes it
/// done. Each method goes when its feature comes.
final class Unserved {

    private static final String NOT_YET = " is not served by this version";

    private Unserved() {}

    static void tokens(Value value) {
        value.problem("tokens of another issuer" + NOT_YET);
    }
}
