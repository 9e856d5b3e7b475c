package offhook.call;

import java.util.Optional;
import offhook.sdp.SessionDescription;

/// The door between calls and media: commands in, [CallInput] events out. Every method returns at
/// once; commands for one call are carried out in the order they were given.
public interface MediaControl {

    /// Whether a call that would begin now would be carried well: false while the CPU does not even
    /// suffice for those that live.
    boolean hasRoom(CallId call);

    /// Makes media for a leg. Answers with [CallInput.MediaDescribed] (our answer, or our offer
    /// when `offer` is empty) or [CallInput.MediaRefused]; then [CallInput.MediaConnected] once
    /// media can flow.
    void open(
            LegId leg, MediaProfile profile, Optional<SessionDescription> offer, CallInbox events);

    /// The peer's answer to an offer of ours.
    void accept(LegId leg, SessionDescription answer);

    /// The peer renegotiates; answered like [#open].
    void update(LegId leg, Optional<SessionDescription> offer);

    /// Lets two legs of one call hear each other, and nobody else.
    void join(LegId one, LegId other);

    /// Lets a leg hear itself, and nobody else.
    void loop(LegId leg);

    /// Lets a leg hear a sound of our own, in place of the leg it is joined to or though it is
    /// joined to none, until [#stopPlaying]. Nothing is heard before the leg's media flows.
    void play(LegId leg, Playback what);

    /// Lets a leg hear again whom it is joined to.
    void stopPlaying(LegId leg);

    /// Lets a leg hear nobody and be heard by nobody until it is joined again.
    void part(LegId leg);

    /// Sends a digit out on a leg, as event or tone. Where it must go by signalling it comes back
    /// as [CallInput.DigitForSignalling].
    ///
    /// @param signallingTakesIt whether the peer says that its signalling takes digits
    void sendDigit(LegId leg, char digit, int durationMillis, boolean signallingTakesIt);

    /// Ends one leg's media and gives back its ports.
    void close(LegId leg);
}
