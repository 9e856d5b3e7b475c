package offhook.call;

import java.util.Optional;

/// What a party of a running call asks for: that the other one be led on to somebody else.
///
/// @param consult whether the one who asks talks to the new one first (RFC 5589 §7); otherwise the
///   other party is led on at once (§6)
/// @param source by whose routes the target is reached: a trunk's name, or `web`
/// @param target a number, a name that routes know, or `agent:` and a sign-in name
/// @param by who asks, as the target is shown it
/// @param takeover where the one who asks has talked to the target already, by a call of its own
/// @param enclosed what goes along to the target
public record TransferOrder(
        boolean consult,
        String source,
        String target,
        Party by,
        Optional<Takeover> takeover,
        Enclosed enclosed) {

    /// Of a party that has talked to nobody yet, and has nothing to add.
    public TransferOrder(boolean consult, String source, String target, Party by) {
        this(consult, source, target, by, Optional.empty(), Enclosed.NOTHING);
    }

    /// The other party is to take the place of the one who asks in another call (RFC 5589 §7.1).
    public sealed interface Takeover {

        /// A call at the source.
        ///
        /// @param dialog that call
        /// @param ownName whether the target is named as the source itself names it, rather than by
        ///   a number that routes lead from
        record AtSource(ReplacedDialog dialog, boolean ownName) implements Takeover {}

        /// A call of this gateway.
        ///
        /// @param leg the one there who asks
        record Here(LegId leg) implements Takeover {}
    }
}
