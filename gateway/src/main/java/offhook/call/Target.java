package offhook.call;

/// Whom a route leads to. All subtypes live here; a new kind of target is a new record.
public sealed interface Target {

    /// One agent, by sign-in name.
    record Agent(String name) implements Target {}

    /// A queue, by name.
    record Queue(String name) implements Target {}

    /// Out through a trunk to a number.
    record Trunk(String trunk, String number) implements Target {}
}
