package offhook.e2e.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import offhook.e2e.browser.Agent;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Operations;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Whose packets are a call's media: not those of a liar, nor of a call that is over.
@Test(groups = {"e2e", "media"})
public class MediaSourceIT {
    private static final InetAddress BRANCH = InetAddress.ofLiteral("127.0.0.3");
    private static final int PAIRS = 10;

    private CallStand stand;
    private Agent alice;

    @BeforeClass
    public void start() {
        int first = freeRange();
        String range = first + "-" + (first + 2 * PAIRS - 1);
        stand =
                CallStand.start(
                        MediaSourceIT.class,
                        config ->
                                config.replace("rtp-ports: 10000-19999", "rtp-ports: " + range)
                                        .replace(
                                                "media:\n  listen",
                                                "media:\n  loops: 1\n  listen"));
        alice = stand.alice();
    }

    /// Ports in a row that nobody has, apart from those that tests and gateways choose from.
    private static int freeRange() {
        int range = 2 * PAIRS;
        for (int first = 9_000; first + range < 10_000; first += range) {
            if (IntStream.range(first, first + range).allMatch(Ports::isUdpFree)) {
                return first;
            }
        }
        throw new IllegalStateException("no " + range + " free ports in a row below 10000");
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

    private Phone branch() {
        return Phone.udp(BRANCH, stand.config().sip(), "5552000", "Branch");
    }

    @DataProvider
    public Object[][] wrongAddresses() {
        // One where nobody is, within what the trunk may use; one that only the branch knows.
        return new Object[][] {{"127.0.0.9"}, {"10.1.33.103"}};
    }

    @Test(dataProvider = "wrongAddresses", priority = 1)
    public void trunkBehindNatIsLearnedFromItsPackets(String wrong) {
        try (Phone phone = branch()) {
            PhoneCall call = stand.talk(phone, CallOffer.of(G711.PCMA).naming(wrong));

            assertThat(call.media().local().getAddress()).isEqualTo(BRANCH);
            assertThat(call.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
        }
    }

    /// Learning counts from the answer, not from the INVITE.
    @Test(priority = 1)
    public void trunkBehindNatIsLearnedHoweverLongItRang() {
        try (Phone phone = branch()) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA).naming("10.1.33.103"));
            call.media().say(CallStand.callerTone());
            alice.awaitIncoming(CallStand.LIMIT).pause(Duration.ofSeconds(6)).answer();
            call.awaitAnswer(CallStand.LIMIT);

            Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, CallStand.LIMIT);
            assertThat(call.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
        }
    }

    /// The trunk `pbx` is strict: only the address in its SDP counts.
    @Test(priority = 1)
    public void strictTrunkIsNotLearned() {
        try (Phone phone = stand.phone();
                Operations operations = Operations.of(stand.gateway())) {
            long refused = operations.counter("rtp.refused.source");
            PhoneCall call = stand.answered(phone, CallOffer.of(G711.PCMA).naming("127.0.0.9"));
            Await.until(
                    "packets are refused for six seconds, longer than anybody may learn",
                    CallStand.LIMIT,
                    () -> {
                        alice.pause(Duration.ofMillis(200));
                        return operations.counter("rtp.refused.source") - refused > 300;
                    });

            assertThat(Hearing.loudestDbov(alice.observed().recording(), Voices.CALLER_HZ))
                    .isLessThan(-60);
            assertThat(call.media().heard()).isEmpty();
            // Told where it really is, it is heard.
            call.reinvite(CallOffer.of(G711.PCMA), CallStand.LIMIT);
            Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, CallStand.LIMIT);
            assertThat(call.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
        }
    }

    /// Last, because it uses up the ports: a port rests until nobody has sent to it for a while.
    @Test(priority = 2)
    public void whoGoesOnSendingIsHeardInNoOtherCall() {
        double oldHz = 2450;
        Set<Integer> used = new HashSet<>();
        try (Phone phone = branch()) {
            PhoneCall old = stand.answered(phone, CallOffer.of(G711.PCMA));
            int oldPort = old.media().remote().orElseThrow().getPort();
            assertThat(old.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
            stand.freshen();
            try (StrayStream stray = new StrayStream(BRANCH, oldPort, oldHz)) {
                for (int next = 1; next <= 4; next++) {
                    PhoneCall call = stand.talk(phone, CallOffer.of(G711.PCMA));
                    int port = call.media().remote().orElseThrow().getPort();

                    assertThat(port).isNotEqualTo(oldPort);
                    assertThat(used.add(port)).as("port %d used again", port).isTrue();
                    assertThat(Hearing.loudestDbov(alice.observed().recording(), oldHz))
                            .isLessThan(-50);
                    assertThat(call.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
                    stand.freshen();
                }
                assertThat(stray.sent()).isGreaterThan(50);
            }
        }
    }

    /// Without a port there is no call, and the caller is told to come back.
    @Test(priority = 3)
    public void callerIsToldToComeBackWhenNoPortIsLeft() {
        try (Phone phone = branch()) {
            for (int calls = 0; calls <= PAIRS; calls++) {
                PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
                Await.until(
                        "ringing or refused",
                        CallStand.LIMIT,
                        () -> {
                            alice.pause(Duration.ofMillis(20));
                            return call.trace().stream()
                                    .anyMatch(t -> !t.sent() && t.message().status() >= 180);
                        });
                boolean refused =
                        call.trace().stream()
                                .anyMatch(t -> !t.sent() && t.message().status() >= 400);
                if (refused) {
                    assertThat(call.awaitFinal(CallStand.LIMIT).status()).isEqualTo(503);
                    assertThat(call.awaitFinal(CallStand.LIMIT).header("Retry-After")).isNotEmpty();
                    return;
                }
                // Only a port that the peer was told of has to rest.
                alice.awaitIncoming(CallStand.LIMIT).answer();
                call.awaitAnswer(CallStand.LIMIT);
                assertThat(call.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
                stand.freshen();
            }
        }
        throw new AssertionError("more calls than ports");
    }
}
