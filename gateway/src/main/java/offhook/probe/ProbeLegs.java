package offhook.probe;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegFactory;
import offhook.call.LegId;
import offhook.call.Target;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;

/// Where calls of the probe ring: at the browser's end of the one that runs, if they call the
/// number that only it knows. Any thread.
public final class ProbeLegs implements LegFactory {

    private record Expected(String number, BrowserEnd browser) {}

    private final AtomicReference<Optional<Expected>> expected =
            new AtomicReference<>(Optional.empty());

    /// Rings there from now on.
    void expect(String number, BrowserEnd browser) {
        expected.set(Optional.of(new Expected(number, browser)));
    }

    /// Rings nowhere.
    void expectNone() {
        expected.set(Optional.empty());
    }

    @Override
    public Leg ring(
            LegId id,
            Target target,
            IncomingCall call,
            Optional<SessionDescription> offer,
            CallInbox inbox) {
        Optional<Expected> waiting =
                expected.get().filter(each -> each.number().equals(call.called().number()));
        if (waiting.isEmpty()) {
            inbox.offer(
                    new CallInput.LegEnded(
                            id, EndCause.gateway("no-probe", 404, 1, "no probe expects a call")));
            return new ProbeLeg(id, inbox, Optional.empty());
        }
        BrowserEnd browser = waiting.get().browser();
        ProbeLeg leg = new ProbeLeg(id, inbox, Optional.of(browser));
        inbox.offer(new CallInput.LegAlerting(id));
        try {
            inbox.offer(
                    new CallInput.LegAccepted(id, Optional.of(SdpParser.parse(browser.offer()))));
        } catch (SdpException e) {
            throw new IllegalStateException("our own offer cannot be read", e);
        }
        return leg;
    }
}
