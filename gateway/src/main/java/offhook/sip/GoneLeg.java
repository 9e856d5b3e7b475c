package offhook.sip;

import java.util.Optional;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.TransferReport;
import offhook.sdp.SessionDescription;

/// A call to a trunk that is configured no more, which a call that began before still wants to go
/// to: it failed before anything was sent. On the call's thread.
record GoneLeg(LegId id, CallInbox inbox, EndCause why) implements Leg {

    /// Fails at once.
    static Leg of(LegId id, String trunk, CallInbox inbox) {
        EndCause why =
                EndCause.gateway(
                        "trunk-gone", 503, 38, "trunk " + trunk + " is configured no more");
        inbox.offer(new CallInput.LegEnded(id, why));
        return new GoneLeg(id, inbox, why);
    }

    @Override
    public void alert(SessionDescription local) {}

    @Override
    public void progress(SessionDescription local) {}

    @Override
    public void answer(SessionDescription local) {}

    @Override
    public void connected() {}

    @Override
    public void answerUpdate(SessionDescription local) {}

    @Override
    public void refuseUpdate(EndCause cause) {}

    @Override
    public void showDigit(char digit) {}

    @Override
    public boolean takesDigits() {
        return false;
    }

    @Override
    public void sendDigit(char digit, int durationMillis) {}

    @Override
    public void end(EndCause cause) {}

    @Override
    public void transferring(TransferReport report) {}

    @Override
    public void holding(boolean mine, boolean theirs) {}

    @Override
    public void talksTo(Party party) {}

    @Override
    public void refer(Target.Trunk target, Optional<Leg> replaced, Enclosed enclosed) {
        inbox.offer(new CallInput.ReferOver(id, true, why));
    }
}
