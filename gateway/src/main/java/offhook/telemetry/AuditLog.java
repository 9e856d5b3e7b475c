package offhook.telemetry;

/// Where it is kept who did what to the gateway, so that nobody can say afterwards that it was
/// otherwise. Any thread; recording never waits.
///
/// Texts may come from the network: they are cut and escaped where they are kept.
@FunctionalInterface
public interface AuditLog {

    /// Keeps nothing: where the log is turned off, and in tests of other things.
    AuditLog NONE = (_, _, _, _) -> {};

    /// Records what an operator did, or what the gateway did by itself.
    ///
    /// @param who did it: `agent:alice`, `jmx:carol@192.0.2.7`, `offhook` for the gateway itself,
    ///   or the address of a stranger
    /// @param what kind of thing, in one word of ours: `sign-in`, `reload`
    /// @param subject to whom or what; or empty
    /// @param outcome `ok`, or what came of it
    void record(String who, String what, String subject, String outcome);

    /// Records what anybody can cause, as often as he likes: of many of a kind within a short time
    /// only the first ones are kept, and how many there were besides.
    default void recordStranger(String who, String what, String subject, String outcome) {
        record(who, what, subject, outcome);
    }
}
