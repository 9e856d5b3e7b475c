package offhook.call;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import offhook.sdp.SessionDescription;

/// Reaches whom another call of this gateway holds: a leg of that call is replaced by one that is
/// tied to ours. Leaves every other target to others. Any thread.
final class Ties implements LegFactory {

    private final LegFactory others;
    private final Function<CallId, Optional<CallInbox>> calls;

    /// Indexes of legs that take the place of others; far above those that calls and trunks count.
    private final AtomicInteger arriving = new AtomicInteger(1_000_000);

    /// @param others ring every other target
    /// @param calls finds those that live
    Ties(LegFactory others, Function<CallId, Optional<CallInbox>> calls) {
        this.others = others;
        this.calls = calls;
    }

    @Override
    public Leg ring(
            LegId id,
            Target target,
            IncomingCall call,
            Optional<SessionDescription> offer,
            CallInbox inbox) {
        if (!(target instanceof Target.InCall(LegId replaced, _))) {
            return others.ring(id, target, call, offer, inbox);
        }
        TiedLeg near = new TiedLeg(id, inbox, true);
        Optional<CallInbox> other = calls.apply(replaced.call());
        if (other.isEmpty()) {
            near.onGone(EndCause.gateway("no-such-call", 481, 111, "the other call is over"));
            return near;
        }
        LegId farId = new LegId(replaced.call(), arriving.incrementAndGet());
        TiedLeg far = new TiedLeg(farId, other.get(), false);
        TiedLeg.tie(near, far);
        if (!other.get()
                .offer(
                        new CallInput.LegReplacing(
                                replaced,
                                farId,
                                far,
                                call.caller(),
                                new MediaProfile.Tie(id, false),
                                Optional.empty()))) {
            near.onGone(
                    EndCause.gateway("overload", 503, 42, "the other call takes in nothing more"));
        }
        return near;
    }
}
