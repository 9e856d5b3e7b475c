package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import offhook.e2e.browser.Agent;
import offhook.e2e.capture.Capture;
import offhook.e2e.capture.RtpFlow;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.phone.SippCall;
import offhook.e2e.phone.SippCall.Scenario;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What a trunk renegotiates is settled with the trunk alone: the browser never sees another offer.
@Test(groups = {"e2e", "sip", "media"})
public class RenegotiationIT {
    private static final CallOffer FIRST = CallOffer.of(G711.PCMA, G711.PCMU);

    private CallStand stand;
    private Agent alice;
    private Phone phone;
    private Optional<PhoneCall> standing = Optional.empty();
    private int connections;

    @BeforeClass
    public void start() {
        stand = CallStand.start(RenegotiationIT.class);
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
        phone = stand.phone();
    }

    @AfterMethod(alwaysRun = true)
    public void hangUp() {
        standing.ifPresent(call -> call.hangUp(CallStand.LIMIT));
        standing = Optional.empty();
        if (phone != null) {
            phone.close();
        }
    }

    /// Connections, descriptions and state changes of the page since it was opened.
    private List<Integer> negotiations() {
        Object peers = alice.page().evaluate("offhookTest.peers.length");
        return List.of(
                ((Number) peers).intValue() - connections,
                alice.observed().count("setLocalDescription"),
                alice.observed().count("setRemoteDescription"),
                alice.observed().count("signalingstatechange"),
                alice.observed().count("sent accept"),
                alice.observed().count("received accepted"));
    }

    /// One call, answered, heard both ways; the page's counts start when it stands.
    private PhoneCall standing(CallOffer offer) {
        connections = ((Number) alice.page().evaluate("offhookTest.peers.length")).intValue();
        PhoneCall call = stand.answered(phone, offer);
        standing = Optional.of(call);
        assertThat(negotiations()).containsExactly(1, 1, 1, 2, 1, 1);
        bothHear(call);
        return call;
    }

    /// Both hear each other, from now on, and the page was asked for nothing.
    private void bothHear(PhoneCall call) {
        Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, CallStand.LIMIT);
        untouched();
    }

    private void untouched() {
        // The recording's reset forgets the counts: nothing may have come since.
        assertThat(negotiations()).containsExactly(1, 0, 0, 0, 0, 0);
        assertThat(alice.page().evaluate("offhookTest.peers.at(-1).connectionState"))
                .isEqualTo("connected");
    }

    @DataProvider
    public Object[][] holds() {
        return new Object[][] {
            {"sendonly", FIRST.withDirection("sendonly"), "recvonly", FIRST},
            {"inactive", FIRST.withDirection("inactive"), "inactive", FIRST},
            {"address", FIRST.naming("0.0.0.0"), "recvonly", FIRST},
            {"address alone", FIRST.heldByAddress(), "recvonly", FIRST.withDirection("")},
            {
                "unhold without attribute",
                FIRST.withDirection("sendonly"),
                "recvonly",
                FIRST.withDirection("")
            },
            {
                "address and sendonly",
                FIRST.withDirection("sendonly").naming("0.0.0.0"),
                "recvonly",
                FIRST
            },
        };
    }

    @Test(dataProvider = "holds")
    public void callIsHeldAndTakenUpAgainThreeTimes(
            String form, CallOffer hold, String answered, CallOffer unhold) {
        PhoneCall call = standing(FIRST);
        for (int round = 1; round <= 3; round++) {
            SipMessage held = call.reinvite(hold, CallStand.LIMIT);
            assertThat(held.status()).as("%s, round %d", form, round).isEqualTo(200);
            // RFC 3264 §6.1: what is held does not send; §8.4 for the address.
            assertThat(direction(held)).as("%s, round %d", form, round).isEqualTo(answered);
            CallStand.awaitSilence(call);
            untouched();

            SipMessage back = call.reinvite(unhold, CallStand.LIMIT);
            assertThat(back.status()).as("%s, round %d", form, round).isEqualTo(200);
            assertThat(direction(back)).as("%s, round %d", form, round).isEqualTo("sendrecv");
            bothHear(call);
        }
        assertThat(sources(call)).as("one source for the call's life").isOne();
    }

    /// Hold music of the phone reaches the agent.
    @Test
    public void agentHearsWhatTheHoldingPhonePlays() {
        PhoneCall call = standing(FIRST);
        call.reinvite(FIRST.withDirection("sendonly"), CallStand.LIMIT);
        alice.observed().reset();

        Hearing.awaitAtAgent(alice, Voices.CALLER_HZ, CallStand.LIMIT);
    }

    @Test
    public void phoneMovesItsMediaToAnotherPort() {
        PhoneCall call = standing(FIRST);
        int before = call.media().local().getPort();
        call.moveMedia();
        assertThat(call.media().local().getPort()).isNotEqualTo(before);

        assertThat(call.reinvite(FIRST, CallStand.LIMIT).status()).isEqualTo(200);

        bothHear(call);
        assertThat(sources(call)).isOne();
    }

    @Test
    public void phoneChangesTheCodecAndBack() {
        PhoneCall call = standing(CallOffer.of(G711.PCMU));
        for (G711 codec : List.of(G711.PCMA, G711.PCMU)) {
            SipMessage answer = call.reinvite(CallOffer.of(codec), CallStand.LIMIT);
            assertThat(answer.status()).isEqualTo(200);
            Await.until(
                    "the new codec",
                    CallStand.LIMIT,
                    () -> call.media().heard().getLast().payloadType() == codec.payloadType());
            bothHear(call);
        }
        assertThat(sources(call)).isOne();
    }

    @Test
    public void phoneChangesTheOrderOfItsCodecs() {
        PhoneCall call = standing(CallOffer.of(G711.PCMU, G711.PCMA));
        for (CallOffer offer :
                List.of(CallOffer.of(G711.PCMA, G711.PCMU), CallOffer.of(G711.PCMU, G711.PCMA))) {
            SipMessage answer = call.reinvite(offer, CallStand.LIMIT);
            assertThat(answer.status()).isEqualTo(200);
            bothHear(call);
        }
    }

    @Test
    public void phoneChangesThePayloadTypeOfDigits() {
        PhoneCall call = standing(FIRST);
        assertThat(call.reinvite(FIRST.withEventPayloadType(98), CallStand.LIMIT).body())
                .contains("a=rtpmap:98 telephone-event/8000");

        call.media().press('7', 100);
        alice.page().locator("#last-digit:text('7')").waitFor();
        int from = call.media().heard().size();
        alice.press('4');
        Await.until(
                "the agent's key with the new payload type",
                CallStand.LIMIT,
                () ->
                        call.media().heard().stream()
                                .skip(from)
                                .anyMatch(p -> p.payloadType() == 98 && p.payload()[0] == 4));
        assertThat(call.media().heard().stream().skip(from).map(Heard::payloadType))
                .doesNotContain(101);
        bothHear(call);
    }

    @Test
    public void phoneAsksForOurOfferInTheCall() {
        PhoneCall call = standing(FIRST);
        for (int round = 1; round <= 2; round++) {
            SipMessage offer = call.reinvite(FIRST.withSdpInAck(), CallStand.LIMIT);

            assertThat(offer.status()).isEqualTo(200);
            assertThat(offer.body()).contains("m=audio ").contains("RTP/AVP");
            bothHear(call);
        }
        // And the phone may offer again itself.
        assertThat(call.reinvite(FIRST, CallStand.LIMIT).status()).isEqualTo(200);
        bothHear(call);
    }

    @Test
    public void phoneThatOffersNothingIsOfferedAndAnswersInItsAck() {
        PhoneCall call = standing(FIRST.withSdpInAck());

        SipMessage offer = call.awaitFinal(CallStand.LIMIT);
        assertThat(offer.body()).contains(" PCMA/8000").contains(" PCMU/8000");
        bothHear(call);
    }

    @Test
    public void sippThatOffersNothingIsHeardToo() {
        SippCall.Plan plan = stand.sipp("200").as(Scenario.OFFERLESS);
        try (SippCall call = SippCall.start(plan, stand.folder("offerless"));
                Capture toPhone =
                        Capture.start(
                                stand.folder("offerless").resolve("to-phone.pcap"),
                                "udp dst port " + call.mediaPort())) {
            alice.awaitIncoming(CallStand.LIMIT).answer();

            Hearing.awaitAtAgent(alice, Voices.CALLER_HZ, CallStand.LIMIT);
            assertThat(call.awaitEnd(CallStand.LIMIT)).as(call::explain).isZero();
            assertThat(
                            Hearing.seconds(
                                    RtpFlow.of(toPhone.stop(), 8000, _ -> true).audio(),
                                    Voices.AGENT_HZ))
                    .isGreaterThan(Hearing.ENOUGH_SECONDS);
        }
    }

    /// Of the only media section; none said is `sendrecv` (RFC 4566 §6).
    private static String direction(SipMessage answer) {
        return answer.body()
                .lines()
                .filter(line -> line.matches("a=(sendrecv|sendonly|recvonly|inactive)"))
                .map(line -> line.substring(2))
                .findFirst()
                .orElse("sendrecv");
    }

    private static long sources(PhoneCall call) {
        return call.media().heard().stream().mapToInt(Heard::ssrc).distinct().count();
    }
}
