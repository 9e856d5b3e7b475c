package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import offhook.e2e.browser.Agent;
import offhook.e2e.capture.Capture;
import offhook.e2e.capture.RtpFlow;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.phone.SippCall;
import offhook.e2e.phone.SippCall.Scenario;
import offhook.e2e.phone.SippLog;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Calls from a trunk to agents in Chromium: answered, refused, given up.
@Test(groups = {"e2e", "sip"})
public class TrunkCallIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// As European exchanges ring (ITU-T E.180 supplement 2).
    private static final double RINGBACK_HZ = 425;

    private CallStand stand;
    private Agent alice;

    @BeforeClass
    public void start() {
        stand =
                CallStand.start(
                        TrunkCallIT.class,
                        yaml ->
                                yaml.replace(
                                        "name: branch\n", "name: branch\n    ringback: true\n"));
        alice = stand.alice();
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
    }

    @BeforeMethod
    public void aliceIsFree() {
        stand.freshen();
    }

    @Test
    public void callerHearsTheRingingFromTheGateway() {
        InetAddress branch = InetAddress.ofLiteral("127.0.0.3");
        try (Phone phone = Phone.udp(branch, stand.config().sip(), "5551000", "Maria")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
            alice.awaitIncoming(LIMIT);

            call.awaitStatus(183, LIMIT);

            Hearing.awaitAtPhone(call, RINGBACK_HZ, 0, LIMIT);
            call.cancel(LIMIT);
            alice.awaitIdle(LIMIT);
        }
    }

    @DataProvider
    public Object[][] codecsAndTransports() {
        return new Object[][] {
            {G711.PCMU, false}, {G711.PCMU, true}, {G711.PCMA, false}, {G711.PCMA, true}
        };
    }

    @Test(dataProvider = "codecsAndTransports")
    public void bothHearEachOtherUntilTheCallerHangsUp(G711 codec, boolean tcp) {
        Path folder = stand.folder("talk-" + codec + (tcp ? "-tcp" : "-udp"));
        SippCall.Plan plan = stand.sipp("200").in(codec);
        try (SippCall call = SippCall.start(tcp ? plan.overTcp() : plan, folder);
                Capture toPhone =
                        Capture.start(
                                folder.resolve("to-phone.pcap"),
                                "udp dst port " + call.mediaPort())) {
            alice.awaitIncoming(LIMIT);
            assertThat(alice.callerNumber()).isEqualTo("5551000");
            assertThat(alice.callerName()).isEqualTo("Maria");
            alice.answer();

            Hearing.awaitAtAgent(alice, Voices.CALLER_HZ, LIMIT);
            assertThat(call.awaitEnd(LIMIT)).as(call::explain).isZero();
            alice.awaitNote("The caller hung up", LIMIT).awaitPresence("available", LIMIT);

            RtpFlow heard = RtpFlow.of(toPhone.stop(), 8000, _ -> true);
            assertThat(Hearing.seconds(heard.audio(), Voices.AGENT_HZ))
                    .isGreaterThan(Hearing.ENOUGH_SECONDS);
            assertThat(heard.mainPayloadType()).isEqualTo(codec.payloadType());
        }
    }

    @Test
    public void agentHangsUpAndThePhoneIsToldWhy() {
        SippCall.Plan plan = stand.sipp("200").as(Scenario.WAIT_FOR_BYE);
        try (SippCall call = SippCall.start(plan, stand.folder("agent-hangs-up"))) {
            alice.awaitIncoming(LIMIT).answer().awaitCall("open", LIMIT);
            Hearing.awaitAtAgent(alice, Voices.CALLER_HZ, LIMIT);

            alice.hangUp();

            assertThat(call.awaitEnd(LIMIT)).as(call::explain).isZero();
            SipMessage bye =
                    call.log().entries().stream()
                            .filter(e -> !e.sent())
                            .map(SippLog.Entry::message)
                            .filter(m -> m.startLine().startsWith("BYE"))
                            .findFirst()
                            .orElseThrow();
            assertThat(bye.header("Reason")).startsWith("Q.850").contains("cause=16");
            alice.awaitNote("You hung up", LIMIT).awaitPresence("available", LIMIT);
        }
    }

    @Test
    public void agentDeclines() {
        SippCall.Plan plan = stand.sipp("200").refusedWith(603);
        try (SippCall call = SippCall.start(plan, stand.folder("declined"))) {
            alice.awaitIncoming(LIMIT).decline();

            assertThat(call.awaitEnd(LIMIT)).as(call::explain).isZero();
            alice.awaitNoIncoming(LIMIT).awaitPresence("available", LIMIT);
        }
    }

    @Test
    public void callerGivesUpWhileItRings() {
        SippCall.Plan plan = stand.sipp("200").as(Scenario.CANCEL).talking(Duration.ofMillis(500));
        try (SippCall call = SippCall.start(plan, stand.folder("cancelled"))) {
            alice.awaitIncoming(LIMIT);

            assertThat(call.awaitEnd(LIMIT)).as(call::explain).isZero();
            alice.awaitNoIncoming(LIMIT)
                    .awaitNote("The caller gave up", LIMIT)
                    .awaitPresence("available", LIMIT);
        }
    }

    @Test
    public void nobodyIsSignedIn() {
        refuses("209", 480);
    }

    @Test
    public void agentIsAway() {
        alice.page().locator("#presence").click();
        alice.awaitPresence("away", LIMIT);
        try {
            refuses("200", 480);
        } finally {
            alice.page().locator("#presence").click();
        }
        assertThat(alice.isRinging()).isFalse();
    }

    @Test
    public void unknownNumberIsRefusedAndTheLogNamesTheRulesTried() {
        refuses("299", 404);

        Await.until(
                "the log names the rules",
                LIMIT,
                () -> {
                    String log = stand.log();
                    return log.contains("no route leads to the called number")
                            && log.contains("source=pbx rulesTried=[pbx 200, pbx 201");
                });
    }

    private void refuses(String number, int status) {
        SippCall.Plan plan = stand.sipp(number).refusedWith(status);
        try (SippCall call = SippCall.start(plan, stand.folder("refused-" + number))) {
            assertThat(call.awaitEnd(LIMIT)).as(call::explain).isZero();
        }
    }

    @Test
    public void optionsAreAnswered() {
        SippCall.Plan plan = stand.sipp("200").as(Scenario.OPTIONS);
        try (SippCall call = SippCall.start(plan, stand.folder("options"))) {
            assertThat(call.awaitEnd(LIMIT)).as(call::explain).isZero();
        }
    }

    @Test
    public void strangersGetNotOneByte() throws Exception {
        String options = RawSip.request("OPTIONS", "200", 1, UUID.randomUUID().toString(), "");
        InetAddress strange = InetAddress.ofLiteral("127.0.0.2");
        try (RawSip stranger = new RawSip(strange, stand.config().sip());
                RawSip known = new RawSip(InetAddress.getLoopbackAddress(), stand.config().sip())) {
            stranger.send(options);
            known.send(options);

            assertThat(known.receiveFinal(LIMIT).status()).isEqualTo(200);
            assertThat(stranger.receive(Duration.ofMillis(500))).isEmpty();
        }
        // A connection is let in by the kernel, and closed by the gateway without a word.
        try (Socket stranger =
                new Socket(
                        stand.config().sip().getAddress(), stand.config().sipPort(), strange, 0)) {
            stranger.setSoTimeout((int) LIMIT.toMillis());
            stranger.getOutputStream().write(options.getBytes(StandardCharsets.UTF_8));
            assertThat(readsNothing(stranger)).isTrue();
        }
    }

    /// End of stream, or a reset for what was still unread.
    private static boolean readsNothing(Socket socket) {
        try {
            return socket.getInputStream().read() == -1;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        } catch (java.io.IOException e) {
            return String.valueOf(e.getMessage()).contains("reset");
        }
    }

    @DataProvider
    public Object[][] hostileNames() {
        return new Object[][] {
            {"<b>x</b>"},
            {"<img src=x onerror=document.title=1>"},
            {"';alert(1)//"},
            {"&lt;script&gt;"}
        };
    }

    @Test(dataProvider = "hostileNames")
    public void namesOfCallersAreTextAndNothingElse(String name) {
        String title = alice.page().title();
        try (Phone phone =
                Phone.udp(
                        InetAddress.getLoopbackAddress(), stand.config().sip(), "5551000", name)) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
            alice.awaitIncoming(LIMIT);

            assertThat(alice.callerName()).isEqualTo(name);
            assertThat(alice.page().locator("#caller-name *").count()).isZero();
            assertThat(alice.page().locator("#history b, #history img, #history script").count())
                    .isZero();
            assertThat(alice.page().title()).doesNotStartWith("1");
            assertThat(call.cancel(LIMIT).status()).isEqualTo(487);
            alice.awaitNoIncoming(LIMIT);
            assertThat(alice.page().locator("#history b, #history img, #history script").count())
                    .isZero();
            assertThat(alice.page().title()).isEqualTo(title);
        }
    }

    @Test
    public void secondAgentOfAQueueRingsWhenTheFirstDeclines() {
        try (Agent bob = stand.signIn("bob");
                Phone phone = stand.phone()) {
            PhoneCall call = phone.invite("210", CallOffer.of(G711.PCMU));
            call.media().say(CallStand.callerTone());
            alice.awaitIncoming(LIMIT);
            assertThat(bob.isRinging()).isFalse();

            alice.decline();

            bob.awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);
            Hearing.awaitBothWays(bob, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
            assertThat(alice.isRinging()).isFalse();
            alice.awaitPresence("available", LIMIT);
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            bob.awaitIdle(LIMIT);
        }
    }

    @Test
    public void repeatedInviteGetsTheSameRefusalAgain() {
        String callId = UUID.randomUUID().toString();
        try (RawSip phone = new RawSip(InetAddress.getLoopbackAddress(), stand.config().sip())) {
            String invite = RawSip.request("INVITE", "299", 1, callId, SDP);
            phone.send(invite);
            SipMessage first = phone.receiveFinal(LIMIT);
            phone.send(invite); // RFC 3261 §17.2.1: the transaction repeats what it said
            SipMessage repeated = phone.receiveFinal(LIMIT);
            phone.send(RawSip.request("INVITE", "299", 2, callId, SDP));
            SipMessage retried = phone.receiveFinal(LIMIT);
            while (retried.sequenceNumber() == 1) { // the first refusal again, by timer G
                retried = phone.receiveFinal(LIMIT);
            }

            assertThat(first.status()).isEqualTo(404);
            assertThat(repeated.startLine()).isEqualTo(first.startLine());
            assertThat(repeated.header("To")).isEqualTo(first.header("To"));
            assertThat(retried.startLine()).isEqualTo(first.startLine());
        }
    }

    private static final String SDP =
            """
            v=0\r
            o=raw 1 1 IN IP4 127.0.0.1\r
            s=-\r
            c=IN IP4 127.0.0.1\r
            t=0 0\r
            m=audio 31998 RTP/AVP 0\r
            """;
}
