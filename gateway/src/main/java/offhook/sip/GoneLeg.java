package offhook.sip;

import java.util.Optional;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.QuietLeg;
import offhook.call.Target;

/// A call to a trunk that is configured no more, which a call that began before still wants to go
/// to: it failed before anything was sent. On the call's thread.
record GoneLeg(LegId id, CallInbox inbox, EndCause why) implements QuietLeg {

    /// Fails at once.
    static Leg of(LegId id, String trunk, CallInbox inbox) {
        EndCause why =
                EndCause.gateway(
                        "trunk-gone", 503, 38, "trunk " + trunk + " is configured no more");
        inbox.offer(new CallInput.LegEnded(id, why));
        return new GoneLeg(id, inbox, why);
    }

    @Override
    public void refer(Target.Trunk target, Optional<Leg> replaced, Enclosed enclosed) {
        inbox.offer(new CallInput.ReferOver(id, true, why));
    }
}
