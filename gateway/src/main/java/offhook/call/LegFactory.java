package offhook.call;

import java.util.Optional;
import offhook.sdp.SessionDescription;

/// Rings a target: implemented by the room that reaches that kind of target.
public interface LegFactory {

    /// Starts ringing and returns the leg at once; what becomes of it comes as [CallInput]. A
    /// target that cannot be reached is reported as [CallInput.LegEnded], never thrown.
    ///
    /// @param id the new leg's identity
    /// @param target whom to ring, of the kind this factory serves
    /// @param call the call that rings, to be shown to the target
    /// @param offer our description for the target; empty where the target makes the offer
    /// @param inbox where the leg reports
    Leg ring(
            LegId id,
            Target target,
            IncomingCall call,
            Optional<SessionDescription> offer,
            CallInbox inbox);
}
