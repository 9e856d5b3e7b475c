package offhook.call;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import offhook.runtime.NanoClock;
import offhook.sdp.MediaSection;
import offhook.sdp.SessionDescription;

/// Tells those who watch what happens to one call. On the call's thread.
final class CallTeller {

    private final CallId call;
    private final List<CallObserver> observers;
    private final NanoClock clock;
    private final Set<LegId> trunks = new HashSet<>();
    private final Set<LegId> holding = new HashSet<>();

    /// Who talk to each other; empty before that.
    private Set<LegId> talking = Set.of();

    CallTeller(CallId call, List<CallObserver> observers, NanoClock clock) {
        this.call = call;
        this.observers = observers;
        this.clock = clock;
    }

    /// Something happened.
    void tell(CallEvent event) {
        long now = clock.nanoTime();
        observers.forEach(each -> each.happened(call, event, now));
    }

    /// The call took this in.
    void took(CallInput input) {
        switch (input) {
            case CallInput.LegAlerting(LegId leg) -> tell(new CallEvent.Alerting(leg));
            case CallInput.LegProgressing(LegId leg, SessionDescription answer) -> {
                tell(new CallEvent.EarlySound(leg));
                described(leg, Optional.of(answer));
            }
            case CallInput.LegAccepted accepted -> tell(new CallEvent.Accepted(accepted.leg()));
            case CallInput.LegEnded(LegId leg, EndCause cause) ->
                    tell(new CallEvent.Left(leg, cause));
            case CallInput.MediaRefused(LegId leg, EndCause cause) ->
                    tell(new CallEvent.MediaRefused(leg, cause));
            case CallInput.MediaConnected(LegId leg) -> tell(new CallEvent.Connected(leg));
            case CallInput.MediaFailed(LegId leg, EndCause cause) ->
                    tell(new CallEvent.MediaLost(leg, cause));
            case CallInput.AgentRefused refused ->
                    tell(new CallEvent.Unavailable(refused.agent(), refused.reason()));
            case CallInput.TransferRequested(LegId leg, TransferOrder order) ->
                    tell(new CallEvent.TransferWanted(leg, order));
            case CallInput.LegReplacing taking ->
                    tell(new CallEvent.Replacing(taking.old(), taking.arriving(), taking.caller()));
            case CallInput.HoldChanged(LegId leg, HoldSign.Away(boolean on, long heardNanos)) ->
                    tell(new CallEvent.Away(leg, on, heardNanos));
            default -> {
                // Of no interest to who was not there.
            }
        }
    }

    /// The call does this.
    void does(CallEffect effect) {
        switch (effect) {
            case CallEffect.OpenMedia(LegId leg, MediaProfile profile, var offer) -> {
                if (profile instanceof MediaProfile.Trunk) {
                    trunks.add(leg);
                }
                tell(new CallEvent.MediaOpened(leg, profile.kind()));
                described(leg, offer);
            }
            case CallEffect.UpdateMedia(LegId leg, var offer) -> described(leg, offer);
            case CallEffect.AcceptMedia(LegId leg, SessionDescription answer) ->
                    described(leg, Optional.of(answer));
            case CallEffect.RingTarget ring ->
                    tell(new CallEvent.Calling(ring.leg(), ring.target()));
            case CallEffect.RingThird ring ->
                    tell(new CallEvent.Calling(ring.leg(), ring.target()));
            case CallEffect.EnterQueue(String queue, _) -> tell(new CallEvent.Queued(queue));
            case CallEffect.LeaveQueue(_, QueueExit exit) -> tell(new CallEvent.LeftQueue(exit));
            case CallEffect.EndLeg(LegId leg, EndCause cause) ->
                    tell(new CallEvent.Dropped(leg, cause));
            case CallEffect.TellMoved(LegId leg) -> tell(new CallEvent.Moved(leg));
            case CallEffect.TellTransfer(LegId leg, TransferReport report) ->
                    tell(new CallEvent.TransferGoes(leg, report));
            default -> {
                // Of no interest to who was not there.
            }
        }
    }

    /// The call is this now.
    void is(CallState state) {
        if (state instanceof CallState.Active active) {
            Set<LegId> now = Set.of(active.one().leg(), active.other().leg());
            if (!now.equals(talking)) {
                talking = now;
                tell(new CallEvent.Talking(active.one().leg(), active.other().leg()));
            }
            List.copyOf(holding).stream()
                    .filter(leg -> !active.has(leg))
                    .forEach(leg -> holds(leg, false));
            // Its user, or its telephone network.
            holds(active.one().leg(), active.one().hold().isHolding());
            holds(active.other().leg(), active.other().hold().isHolding());
        }
    }

    private void holds(LegId leg, boolean on) {
        if (on ? holding.add(leg) : holding.remove(leg)) {
            tell(new CallEvent.Holds(leg, on));
        }
    }

    private void described(LegId leg, Optional<SessionDescription> peer) {
        if (trunks.contains(leg)) {
            peer.flatMap(said ->
                            said.media().stream()
                                    .filter(section -> section.media().equals("audio"))
                                    .findFirst())
                    .ifPresent(audio -> tell(described(leg, audio)));
        }
    }

    private static CallEvent described(LegId leg, MediaSection audio) {
        return new CallEvent.Described(
                leg, audio.connection(), audio.port(), audio.direction().sends());
    }
}
