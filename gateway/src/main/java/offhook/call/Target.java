package offhook.call;

/// Whom a call is offered to. All subtypes live here; a new kind of target is a new record.
public sealed interface Target {

    /// One agent, by sign-in name.
    record Agent(String name) implements Target {}

    /// A number that is dialled on a trunk.
    ///
    /// @param trunk the trunk's name
    /// @param number as the trunk wants it
    record Trunk(String trunk, String number) implements Target {}

    /// Who that is, as others are shown it.
    default Party party() {
        return switch (this) {
            case Agent(String name) -> new Party(name, "");
            case Trunk(_, String number) -> new Party(number, "");
        };
    }
}
