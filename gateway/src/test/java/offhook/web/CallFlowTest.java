package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import offhook.agent.Presence;
import offhook.call.CallDetails;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// The web leg of a call, from ringing to its end, through a real socket.
public class CallFlowTest {

    static final String OFFER =
            """
            v=0
            o=- 4611731400430051336 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0
            m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 110
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:4ZcD
            a=ice-pwd:2/1muCWoOi3uLifh0NuRHlYB
            a=ice-options:trickle
            a=fingerprint:sha-256 D2:B9:31:8F:DF:24:D8:0E:ED:D2:EF:25:9E:AF:6F:B8:34:AE:53:9C:E6:F3:8F:F2:64:15:FA:E8:7F:53:2D:38
            a=setup:actpass
            a=mid:0
            a=sendrecv
            a=rtcp-mux
            a=rtpmap:111 opus/48000/2
            a=fmtp:111 minptime=10;useinbandfec=1
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:110 telephone-event/48000
            """
                    .replace("\n", "\r\n");

    private WebGateway gateway;
    private RecordingInbox inbox;

    @BeforeMethod
    public void start() {
        gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(30));
        inbox = new RecordingInbox();
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        gateway.close();
    }

    @Test
    public void callRingsIsAnsweredAndHungUpByTheAgent() throws Exception {
        Page page = gateway.page("alice", "i");

        Leg leg = ring("alice");
        assertThat(page.expect("incoming"))
                .contains("\"call\":\"" + inbox.callId() + "\"")
                .contains("\"from\":{\"number\":\"+34600123456\",\"name\":\"Ana \\\"<b>\"}")
                .contains("\"to\":\"200\"")
                .contains("\"source\":\"pbx\"");
        page.sendOfCall("ringing", inbox.callId());
        page.sendOfCall("ringing", inbox.callId());
        assertThat(inbox.expect(CallInput.LegAlerting.class).leg()).isEqualTo(id());
        page.accept(inbox.callId(), OFFER);
        CallInput.LegAccepted accepted = inbox.expect(CallInput.LegAccepted.class);
        assertThat(accepted.leg()).isEqualTo(id());
        assertThat(accepted.description()).contains(SdpParser.parse(OFFER));
        leg.answer(answer());
        assertThat(page.expect("accepted")).contains("\"sdp\":\"");
        leg.connected();
        page.expect("connected");
        leg.showDigit('#');
        assertThat(page.expect("digit")).contains("\"digit\":\"#\"");
        page.sendOfCall("hangup", inbox.callId());

        assertThat(inbox.expect(CallInput.LegEnded.class).cause())
                .isEqualTo(EndCause.hangUp(EndCause.By.CALLEE));
        assertThat(page.expect("ended"))
                .contains("\"by\":\"callee\"")
                .contains("\"reason\":\"hang-up\"")
                .contains("You hung up.");
    }

    @Test
    public void callThatEndsTheLegHearsNoLegEnded() throws Exception {
        Page page = gateway.page("alice", "i");
        Leg leg = answered(page, "alice");

        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        leg.end(EndCause.hangUp(EndCause.By.CALLER));

        assertThat(page.expect("ended")).contains("The caller hung up.");
        page.sendOfCall("hangup", inbox.callId());
        page.roundTrip();
        inbox.expectNothing();
    }

    @Test
    public void callerWhoGivesUpStopsTheRinging() throws Exception {
        Page page = gateway.page("alice", "i");
        Leg leg = ring("alice");
        page.expect("incoming");

        leg.end(EndCause.cancelled());

        assertThat(page.expect("ended")).contains("\"reason\":\"cancelled\"");
        page.accept(inbox.callId(), OFFER);
        assertThat(page.expect("error")).contains("31404").contains(inbox.callId().value());
        inbox.expectNothing();
    }

    @Test
    public void withheldCallerIsShownToNobody() throws Exception {
        Page page = gateway.page("alice", "i");
        IncomingCall call =
                new IncomingCall(
                        "web",
                        new Party("+34911000002", "Bob"),
                        new Party("alice", ""),
                        new MediaProfile.Trunk("pbx"),
                        Optional.empty(),
                        "bob/1",
                        CallDetails.ofAgent("bob", true, Map.of("X-Case", "4711")));

        gateway.legs.ring(id(), new Target.Agent("alice"), call, Optional.empty(), inbox);

        assertThat(page.expect("incoming"))
                .contains("\"from\":{\"number\":\"\",\"name\":\"\",\"withheld\":true}")
                .contains("\"headers\":{\"X-Case\":\"4711\"}")
                .doesNotContain("34911000002");
    }

    @Test
    public void firstPageToAcceptHasTheCall() throws Exception {
        Page one = gateway.page("alice", "one");
        Page two = gateway.page("alice", "two");
        Leg leg = ring("alice");
        one.expect("incoming");
        two.expect("incoming");

        two.accept(inbox.callId(), OFFER);

        inbox.expect(CallInput.LegAccepted.class);
        assertThat(one.expect("ended")).contains("\"reason\":\"answered-elsewhere\"");
        assertThat(one.expect("elsewhere")).contains(inbox.callId().value());
        one.accept(inbox.callId(), OFFER);
        assertThat(one.expect("error")).contains("31409");
        one.sendOfCall("hangup", inbox.callId());
        assertThat(one.expect("error")).contains("31409");
        one.sendOfCall("decline", inbox.callId());
        assertThat(one.expect("error")).contains("31409");
        leg.answer(answer());
        two.expect("accepted");
        one.roundTrip();
        inbox.expectNothing();
    }

    @Test
    public void oneDeclineDeclinesForTheAgent() throws Exception {
        Page one = gateway.page("alice", "one");
        Page two = gateway.page("alice", "two");
        ring("alice");
        one.expect("incoming");
        two.expect("incoming");

        one.sendOfCall("decline", inbox.callId());

        assertThat(inbox.expect(CallInput.LegEnded.class).cause()).isEqualTo(EndCause.declined());
        assertThat(one.expect("ended")).contains("\"reason\":\"declined\"");
        assertThat(two.expect("ended")).contains("\"reason\":\"declined\"");
    }

    @Test
    public void pageThatSignsInLaterRingsToo() throws Exception {
        Page one = gateway.page("alice", "one");
        ring("alice");
        one.expect("incoming");

        Page two = gateway.page("alice", "two");

        two.expect("incoming");
    }

    @Test
    public void otherAgentsDoNotRingAndCannotTouchTheCall() throws Exception {
        Page alice = gateway.page("alice", "i");
        Page bob = gateway.page("bob", "i");
        Leg leg = answered(alice, "alice");

        bob.sendOfCall("hangup", inbox.callId());
        bob.sendOfCall("decline", inbox.callId());
        bob.accept(inbox.callId(), OFFER);

        assertThat(bob.expect("error")).contains("31404");
        inbox.expectNothing();
        leg.answer(answer());
        alice.expect("accepted");
    }

    @Test
    public void offlineAgentEndsTheLegAtOnce() throws Exception {
        ring("alice");

        EndCause cause = inbox.expect(CallInput.LegEnded.class).cause();
        assertThat(cause.reason()).isEqualTo("offline");
        assertThat(cause.sipCode()).isEqualTo(480);
    }

    @Test
    public void badSessionDescriptionEndsTheLegAndTellsThePage() throws Exception {
        Page page = gateway.page("alice", "i");
        ring("alice");
        page.expect("incoming");

        page.accept(inbox.callId(), "this is not sdp");

        assertThat(page.expect("error")).contains("31488").contains(inbox.callId().value());
        assertThat(page.expect("ended")).contains("\"reason\":\"media\"").contains("488");
        EndCause cause = inbox.expect(CallInput.LegEnded.class).cause();
        assertThat(cause.sipCode()).isEqualTo(488);
    }

    @Test
    public void pageIsToldWhyMediaRefusesItsOfferBeforeTheEnd() throws Exception {
        Page page = gateway.page("alice", "i");
        Leg leg = answered(page, "alice");

        leg.end(EndCause.gateway("media-refused", 488, 88, "a=fingerprint is required."));

        assertThat(page.expect("error"))
                .contains("\"code\":31488")
                .contains("\"message\":\"a=fingerprint is required.\"")
                .contains(inbox.callId().value());
        assertThat(page.expect("ended"))
                .contains("\"reason\":\"media-refused\"")
                .contains("\"text\":\"a=fingerprint is required.\"");
        inbox.expectNothing();
    }

    @Test
    public void pageIsNotBlamedForTheOthersMediaNorForAGatewayWithoutPorts() throws Exception {
        Page page = gateway.page("alice", "i");
        Leg leg = answered(page, "alice");
        leg.answer(answer());
        page.expect("accepted");

        leg.end(EndCause.gateway("media-refused", 488, 88, "no common codec"));

        page.expect("ended");
        inbox = new RecordingInbox();
        leg = answered(page, "alice");
        leg.end(EndCause.gateway("media-refused", 503, 34, "no port is free"));
        page.expect("ended");
    }

    @Test
    public void pageThatLeavesStopsTheRinging() throws Exception {
        Page page = gateway.page("alice", "i");
        ring("alice");
        page.expect("incoming");

        page.close();

        assertThat(inbox.expect(CallInput.LegEnded.class).cause().reason()).isEqualTo("offline");
    }

    @Test
    public void lostSocketLeavesAnAnsweredCallToThePageThatComesBack() throws Exception {
        Page page = gateway.page("alice", "i");
        Leg leg = answered(page, "alice");
        CountDownLatch lost = lost("alice");
        page.abort();
        assertThat(lost.await(30, TimeUnit.SECONDS)).isTrue();
        leg.answer(answer());
        leg.connected();

        Page back = gateway.connect();
        back.hello(gateway.token("alice"), "i", "available");

        assertThat(back.expect("welcome")).contains("\"calls\":[\"" + inbox.callId() + "\"]");
        back.expect("accepted");
        back.expect("connected");
        inbox.expectNothing();
        back.sendOfCall("hangup", inbox.callId());
        assertThat(inbox.expect(CallInput.LegEnded.class).cause().reason()).isEqualTo("hang-up");
    }

    @Test
    public void newSocketOfTheSamePageReplacesTheOld() throws Exception {
        Page old = gateway.page("alice", "i");
        answered(old, "alice");

        Page back = gateway.connect();
        back.hello(gateway.token("alice"), "i", "available");

        assertThat(back.expect("welcome")).contains(inbox.callId().value());
        assertThat(old.closeCode()).isEqualTo(4409);
        back.roundTrip();
        inbox.expectNothing();
    }

    @Test
    public void anotherPageDoesNotTakeTheCallOver() throws Exception {
        Page page = gateway.page("alice", "i");
        answered(page, "alice");
        page.abort();

        Page other = gateway.connect();
        other.hello(gateway.token("alice"), "other", "available");

        assertThat(other.expect("welcome")).contains("\"calls\":[]");
    }

    @Test
    public void pageThatStaysAwayLosesTheCallAfterTheGrace() throws Exception {
        try (WebGateway quick = new WebGateway(WebGateway.limits(), Duration.ofSeconds(1))) {
            Page page = quick.page("alice", "i");
            ring(quick, "alice");
            page.expect("incoming");
            page.accept(inbox.callId(), OFFER);
            inbox.expect(CallInput.LegAccepted.class);
            long before = System.nanoTime();

            page.abort();

            assertThat(inbox.expect(CallInput.LegEnded.class).cause().reason())
                    .isEqualTo("agent-lost");
            assertThat(System.nanoTime() - before).isGreaterThan(Duration.ofMillis(900).toNanos());
        }
    }

    @Test
    public void messagesAreRepeatedOnlyUntilThePageAnsweredALaterPing() throws Exception {
        try (WebGateway quick =
                new WebGateway(
                        WebGateway.with(Duration.ofSeconds(60), Duration.ofSeconds(3)),
                        Duration.ofSeconds(30))) {
            Page page = quick.page("alice", "i");
            Leg leg = ring(quick, "alice");
            page.await("incoming");
            page.accept(inbox.callId(), OFFER);
            inbox.expect(CallInput.LegAccepted.class);
            leg.answer(answer());
            page.await("accepted");
            page.send(
                    "{\"type\":\"pong\",\"n\":" + WebGateway.field(page.await("ping"), "n") + "}");
            page.roundTrip();
            leg.connected();
            page.await("connected");
            page.abort();

            Page back = quick.connect();
            back.hello(quick.token("alice"), "i", "available");

            assertThat(back.expect("welcome")).contains(inbox.callId().value());
            back.expect("connected");
        }
    }

    @Test
    public void callIsPulledToAnotherPageOnceItsMediaStands() throws Exception {
        Page one = gateway.page("alice", "one");
        Page two = gateway.page("alice", "two");
        Leg leg = ring("alice");
        two.expect("incoming");
        answerOn(one, leg);
        two.expect("ended");
        assertThat(two.expect("elsewhere")).contains(inbox.callId().value(), "+34600123456");

        two.sendOfCall("pull", inbox.callId());
        assertThat(two.expect("resumed")).contains(inbox.callId().value());
        two.reoffer(inbox.callId(), "r", OFFER);
        inbox.expect(CallInput.LegRenegotiating.class);
        leg.answerUpdate(answer());
        two.expect("reanswered");
        one.sendOfCall("hold", inbox.callId());
        inbox.expect(CallInput.HoldChanged.class);

        leg.mediaMoved();

        assertThat(one.expect("ended")).contains("\"moved\"", "another page or device");
        assertThat(one.expect("elsewhere")).contains(inbox.callId().value());
        two.expect("elsewhere");
        one.sendOfCall("hangup", inbox.callId());
        assertThat(one.expect("error")).contains("31409");
        two.sendOfCall("hangup", inbox.callId());
        assertThat(inbox.expect(CallInput.LegEnded.class).cause().reason()).isEqualTo("hang-up");
    }

    @Test
    public void callThatNobodyPullsAfterAllStaysWhereItIs() throws Exception {
        Page one = gateway.page("alice", "one");
        Page two = gateway.page("alice", "two");
        Page bob = gateway.page("bob", "three");
        Leg leg = ring("alice");
        two.expect("incoming");
        answerOn(one, leg);
        two.await("elsewhere");

        one.sendOfCall("pull", inbox.callId());
        assertThat(one.expect("error")).contains("31409");
        bob.sendOfCall("pull", inbox.callId());
        assertThat(bob.expect("error")).contains("31404");
        two.sendOfCall("pull", inbox.callId());
        two.expect("resumed");
        two.sendOfCall("hangup", inbox.callId());
        two.roundTrip();
        leg.mediaMoved();

        one.sendOfCall("hangup", inbox.callId());
        assertThat(inbox.expect(CallInput.LegEnded.class).cause().reason()).isEqualTo("hang-up");
    }

    private void answerOn(Page page, Leg leg) throws Exception {
        page.expect("incoming");
        page.accept(inbox.callId(), OFFER);
        inbox.expect(CallInput.LegAccepted.class);
        leg.answer(answer());
        page.expect("accepted");
    }

    @Test
    public void presenceIsPushedToAllPages() throws Exception {
        Page one = gateway.page("alice", "one");
        Page two = gateway.page("alice", "two");

        one.send("{\"type\":\"presence\",\"state\":\"away\"}");

        assertThat(one.expect("presence")).contains("away");
        assertThat(two.expect("presence")).contains("away");
        assertThat(gateway.registry.presence("alice")).contains(Presence.AWAY);
    }

    private CountDownLatch lost(String agent) {
        CountDownLatch lost = new CountDownLatch(1);
        gateway.registry
                .owner()
                .post(() ->
                        gateway.registry.addListener((name, status) -> {
                            if (name.equals(agent) && status.presence() == Presence.OFFLINE) {
                                lost.countDown();
                            }
                        }));
        return lost;
    }

    private Leg answered(Page page, String agent) throws Exception {
        Leg leg = ring(agent);
        page.expect("incoming");
        page.accept(inbox.callId(), OFFER);
        inbox.expect(CallInput.LegAccepted.class);
        return leg;
    }

    private Leg ring(String agent) {
        return ring(gateway, agent);
    }

    private Leg ring(WebGateway at, String agent) {
        IncomingCall call =
                new IncomingCall(
                        "pbx",
                        new Party("+34600123456", "Ana \"<b>"),
                        new Party("200", ""),
                        new MediaProfile.Trunk("pbx"),
                        Optional.empty(),
                        "call-id@pbx");
        return at.legs.ring(id(), new Target.Agent(agent), call, Optional.empty(), inbox);
    }

    private LegId id() {
        return new LegId(inbox.callId(), 1);
    }

    /// Any description will do as our answer: what media says is not the leg's matter.
    private static SessionDescription answer() throws Exception {
        return SdpParser.parse(OFFER);
    }
}
