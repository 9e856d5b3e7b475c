package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import offhook.call.BrowserView;
import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.CallRemarks;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.sdp.SdpParser;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// What pages say of how their calls sound.
public class QualityMessagesTest {

    private WebGateway gateway;
    private RecordingInbox inbox;
    private LegId id;

    @BeforeMethod
    public void start() {
        gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(30));
        inbox = new RecordingInbox();
        id = new LegId(inbox.callId(), 1);
        gateway.server.measureBy(
                leg -> Optional.of(LegQuality.unmeasured(leg.equals(id) ? "opus" : "PCMU")));
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        gateway.close();
    }

    @Test
    public void whatThePageMeasuresIsKeptWithTheCallAndAnsweredWithWhatWeMeasure()
            throws Exception {
        Page page = gateway.page("alice", "i");
        Leg leg = answered(page);

        page.send(quality("\"rtt-millis\":120,\"loss-permille\":25,\"codec\":\"opus\""));

        assertThat(page.expect("quality"))
                .contains("\"codec-out\":\"opus\"")
                .contains("\"audio\":\"waiting\"")
                .doesNotContain("NaN");
        BrowserView view = gateway.server.browserView(id).orElseThrow();
        assertThat(view.roundTripMillis()).isEqualTo(120);
        assertThat(view.lossPercent()).isEqualTo(2.5);
        assertThat(view.mos()).isNaN();
    }

    @Test
    public void whatThePageSaidLastStaysWhenItsLegIsOverUntilTheCallIs() throws Exception {
        Page page = gateway.page("alice", "i");
        Leg leg = answered(page);
        page.send(quality("\"rtt-millis\":120"));
        page.expect("quality");

        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        page.expect("ended");
        page.send(quality("\"rtt-millis\":1"));
        page.roundTrip();

        assertThat(gateway.server.browserView(id).orElseThrow().roundTripMillis()).isEqualTo(120);
        gateway.server.callOver(id.call());
        assertThat(gateway.server.browserView(id)).isPresent();
    }

    @Test
    public void warningsAreUpUntilTheyAreCleared() throws Exception {
        Page page = gateway.page("alice", "i");
        answered(page);

        page.send(warning("packet-loss", "loss", true));
        page.send(warning("packet-loss", "loss", true));
        page.send(warning("high-rtt", "rtt", true));
        page.send(warning("packet-loss", "average-loss", false));
        page.roundTrip();

        BrowserView view = gateway.server.browserView(id).orElseThrow();
        assertThat(view.warnings()).containsExactly("high-rtt rtt");
        assertThat(view.warned()).isEqualTo(2);
    }

    @Test
    public void pageThatDoesNotHoldTheCallSaysNothingOfIt() throws Exception {
        Page holder = gateway.page("alice", "i");
        answered(holder);
        Page other = gateway.page("alice", "j");
        other.expect("elsewhere");

        other.send(quality("\"rtt-millis\":120"));
        other.send(warning("high-rtt", "rtt", true));
        other.roundTrip();

        assertThat(gateway.server.browserView(id)).isEmpty();
    }

    @Test
    public void noteIsKeptDuringTheCallAndAfterItAndOfNoOtherCall() throws Exception {
        Queue<String> said = new ConcurrentLinkedQueue<>();
        gateway.server.tellRemarks(
                new CallRemarks() {
                    @Override
                    public void noted(CallId call, String agent, String text) {
                        said.add(agent + ": " + text);
                    }

                    @Override
                    public void heard(LegId leg, BrowserView last) {
                        said.add(leg.index() + " heard " + last.roundTripMillis());
                    }
                });
        Page page = gateway.page("alice", "i");
        Page bob = gateway.page("bob", "j");
        Leg leg = answered(page);

        bob.send(note("not mine"));
        assertThat(bob.expect("error")).contains("31404");
        page.send(note("calls \\u0007back\\r\\n\\u202Etomorrow "));
        page.expect("noted");
        page.send(quality("\"rtt-millis\":120"));
        page.expect("quality");
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        page.expect("ended");
        page.send(note("after it"));
        page.expect("noted");
        bob.send(note("still not mine"));
        assertThat(bob.expect("error")).contains("31404");

        assertThat(said)
                .containsExactly("alice: calls back\ntomorrow", "1 heard 120.0", "alice: after it");
    }

    @Test
    public void noteIsRefusedWhereNoRecordsAreKept() throws Exception {
        Page page = gateway.page("alice", "i");
        answered(page);

        page.send(note("lost"));

        assertThat(page.expect("error")).contains("31409", "No call records are kept");
    }

    private String note(String text) {
        return "{\"type\":\"note\",\"call\":\"%s\",\"text\":\"%s\"}"
                .formatted(inbox.callId(), text);
    }

    private Leg answered(Page page) throws Exception {
        Leg leg =
                gateway.legs.ring(
                        id,
                        new Target.Agent("alice"),
                        new IncomingCall(
                                "pbx",
                                new Party("5551000", ""),
                                new Party("200", ""),
                                new MediaProfile.Trunk("pbx"),
                                Optional.empty(),
                                "x"),
                        Optional.empty(),
                        inbox);
        page.expect("incoming");
        page.accept(inbox.callId(), CallFlowTest.OFFER);
        inbox.expect(CallInput.LegAccepted.class);
        leg.answer(SdpParser.parse(CallFlowTest.OFFER));
        leg.connected();
        page.await("connected");
        return leg;
    }

    private String quality(String figures) {
        return "{\"type\":\"quality\",\"call\":\"" + inbox.callId() + "\"," + figures + "}";
    }

    private String warning(String name, String of, boolean up) {
        return "{\"type\":\"warning\",\"call\":\"%s\",\"name\":\"%s\",\"of\":\"%s\",\"up\":%s}"
                .formatted(inbox.callId(), name, of, up);
    }
}
