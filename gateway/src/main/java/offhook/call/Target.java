package offhook.call;

/// Whom a call is offered to. All subtypes live here; a new kind of target is a new record.
public sealed interface Target {

    /// One agent, by sign-in name.
    record Agent(String name) implements Target {}

    /// Whom a trunk reaches.
    sealed interface OnTrunk extends Target {

        /// The trunk's name.
        String trunk();

        /// The number, as the trunk wants it.
        String number();
    }

    /// A number that is dialled on a trunk.
    ///
    /// @param trunk the trunk's name
    /// @param number as the trunk wants it
    record Trunk(String trunk, String number) implements OnTrunk {}

    /// Somebody on a trunk who talks already, in a call whose other side is to be replaced.
    ///
    /// @param trunk the trunk's name
    /// @param number as the trunk wants it
    /// @param replaced the call; the trunk rings nobody for it
    record Dialog(String trunk, String number, ReplacedDialog replaced) implements OnTrunk {}

    /// Whoever talks to a leg of another call of this gateway, whose place is to be taken.
    ///
    /// @param replaced that leg
    /// @param number what who asks has for the one it talks to
    record InCall(LegId replaced, String number) implements Target {}

    /// Who that is, as others are shown it.
    default Party party() {
        return switch (this) {
            case Agent(String name) -> new Party(name, "");
            case OnTrunk to -> new Party(to.number(), "");
            case InCall(_, String number) -> new Party(number, "");
        };
    }
}
