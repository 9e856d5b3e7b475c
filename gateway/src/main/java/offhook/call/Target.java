package offhook.call;

/// Whom a call is offered to. All subtypes live here; a new kind of target is a new record.
public sealed interface Target {

    /// One agent, by sign-in name.
    record Agent(String name) implements Target {}
}
