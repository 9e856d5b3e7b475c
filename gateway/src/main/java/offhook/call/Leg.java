package offhook.call;

import java.util.Map;
import java.util.Optional;
import offhook.sdp.SessionDescription;

/// The signalling of one leg, implemented by the rooms that speak a protocol. Every method is
/// called on the thread of the leg's call and only there; what the peer does comes back as
/// [CallInput] through the call's [CallInbox]. No method throws for what a peer may have done in
/// the meantime: the peer's last word has then already been offered as an input.
public interface Leg {

    /// Tells the peer that somebody is being alerted (SIP 180).
    ///
    /// @param local our description for the leg, for a protocol that has to tell it now
    void alert(SessionDescription local);

    /// Tells the peer that the far side sends sound before it accepts: SIP 183 with our
    /// description.
    void progress(SessionDescription local);

    /// Our description for a peer that cannot be rung without, after [CallInput.OfferWanted].
    default void offered(SessionDescription local) {}

    /// Accepts the leg: SIP 200 with our description (an answer, or our offer when the peer sent
    /// none); to a browser, our answer to its offer.
    void answer(SessionDescription local);

    /// Header fields that came with the far side's answer, to go with ours to the peer: comes
    /// before [#answer] or [#connected], or not at all.
    default void answeredWith(Map<String, String> headers) {}

    /// Tells the peer that the far side is now connected and media flows.
    void connected();

    /// Tells the leg that its media goes by another connection of its peer from now on.
    default void mediaMoved() {}

    /// Answers the peer's renegotiation (SIP re-INVITE or UPDATE) with our description.
    void answerUpdate(SessionDescription local);

    /// Refuses the peer's renegotiation; the session stays as it was.
    void refuseUpdate(EndCause cause);

    /// Shows the peer a digit that the far side sent, where its protocol can.
    void showDigit(char digit);

    /// Whether the peer says that its signalling takes digits (SIP: its Allow names INFO).
    boolean takesDigits();

    /// Sends the peer a digit by signalling (SIP INFO), after those before it.
    void sendDigit(char digit, int durationMillis);

    /// Ends the leg in whatever state it is: refusal or CANCEL before it is answered, BYE after.
    /// Idempotent.
    void end(EndCause cause);

    /// Tells the peer how the transfer goes that it asked for.
    void transferring(TransferReport report);

    /// Tells the peer who holds the call, where its protocol can.
    ///
    /// @param mine whether the peer's own user does
    /// @param theirs whether the other party does
    void holding(boolean mine, boolean theirs);

    /// Tells the peer who it talks to from now on, where its protocol can.
    void talksTo(Party party);

    /// Asks the peer to call a target itself (SIP REFER). Where that cannot be asked,
    /// [CallInput.ReferOver] says so at once.
    ///
    /// @param target the number, and the trunk that it would be dialled on
    /// @param replaced the leg whose place the peer is to take there
    /// @param enclosed what goes along to the target
    void refer(Target.Trunk target, Optional<Leg> replaced, Enclosed enclosed);
}
