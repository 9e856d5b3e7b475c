package offhook.probe;

import java.util.Optional;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.QuietLeg;
import offhook.call.Target;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;

/// The browser's leg of a call of the probe: answers at once, and needs to be told nothing but how
/// to reach the gateway. On the call's thread.
///
/// @param browser empty: the call is not the probe's
record ProbeLeg(LegId id, CallInbox inbox, Optional<BrowserEnd> browser) implements QuietLeg {

    @Override
    public void answer(SessionDescription local) {
        browser.ifPresent(end -> end.onAnswer(SdpWriter.write(local)));
    }

    @Override
    public void refer(Target.Trunk target, Optional<Leg> replaced, Enclosed enclosed) {
        inbox.offer(
                new CallInput.ReferOver(
                        id,
                        true,
                        EndCause.gateway("no-refer", 501, 79, "a probe calls nobody itself")));
    }
}
