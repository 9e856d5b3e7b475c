package offhook.e2e.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.BoundingBox;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import javax.management.openmbean.CompositeData;
import offhook.e2e.browser.Agent;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Operations;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// An agent who may have two calls, at the page in Chromium.
@Test(groups = {"e2e", "web"})
public class SecondCallIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final double SECOND_HZ = 620;
    private static final CallOffer OFFER = CallOffer.of(G711.PCMA);

    private CallStand stand;

    @BeforeClass
    public void start() {
        stand =
                CallStand.start(
                        SecondCallIT.class,
                        yaml ->
                                yaml.replace(
                                        "display-name: Alice,", "display-name: Alice, calls: 2,"));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
    }

    @Test
    public void secondCallIsAnsweredWhileTheFirstWaitsAndBothAreTakenUpInTurn() {
        Agent alice = stand.alice();
        Locator others = alice.page().locator("#other-calls li");
        try (Phone phone = stand.phone();
                Phone other =
                        Phone.udp(
                                InetAddress.getLoopbackAddress(),
                                stand.config().sip(),
                                "5552000",
                                "Luz");
                PhoneCall first = stand.talk(phone, OFFER);
                PhoneCall second = other.invite("200", OFFER)) {
            second.media().say(Sound.tone(SECOND_HZ, Voices.AMPLITUDE));
            others.locator(".go").waitFor();
            assertThat(alice.callerNumber()).isEqualTo("5551000");
            assertThat(others.innerText()).contains("Luz");
            assertIsSeenOnANarrowScreen(others);

            alice.page().keyboard().press("Alt+n");
            second.awaitAnswer(LIMIT);
            Hearing.awaitBothWays(alice, Voices.AGENT_HZ, second, SECOND_HZ, LIMIT);
            assertThat(alice.callerNumber()).isEqualTo("5552000");
            assertThat(others.innerText()).contains("Maria").contains("on hold");
            int held = first.media().heard().size();
            alice.pause(Duration.ofMillis(1_000));
            assertThat(Hearing.seconds(Hearing.audioSince(first, held), Voices.AGENT_HZ))
                    .as("seconds of the agent that the one on hold hears")
                    .isZero();

            others.locator(".go").click();
            Hearing.awaitBothWays(alice, Voices.AGENT_HZ, first, Voices.CALLER_HZ, LIMIT);
            assertThat(alice.callerNumber()).isEqualTo("5551000");

            assertBothViewsAreKept();

            first.hangUp(LIMIT);
            alice.page()
                    .locator("#caller-number")
                    .filter(new Locator.FilterOptions().setHasText("5552000"))
                    .waitFor();
            assertThat(alice.page().locator("#call-title").innerText()).isEqualTo("On hold");
            alice.page().locator("#hold").click();
            Hearing.awaitBothWays(alice, Voices.AGENT_HZ, second, SECOND_HZ, LIMIT);
            alice.hangUp();
            second.awaitBye(LIMIT);
        }
        stand.freshen();
    }

    /// Nobody would tell this page any more what becomes of the call.
    @Test
    public void pageThatAnOperatorSignsOutRingsNoMoreAndSaysWhyOnce() {
        Agent alice = stand.alice();
        try (Phone phone = stand.phone();
                PhoneCall call = phone.invite("200", OFFER);
                Operations operations = Operations.of(stand.gateway())) {
            alice.awaitIncoming(LIMIT);

            operations.operate("type=Agent,name=alice", "revokeTokens");

            assertThat(call.awaitFinal(LIMIT).status()).isEqualTo(480);
            alice.page().locator("#sign-in-name").waitFor();
            alice.awaitNoIncoming(LIMIT);
            assertThat(alice.page().locator("#message .message strong").allInnerTexts())
                    .containsExactly("Your sign-in was ended by the operator of the gateway.");
        }
        alice.signIn("alice", "alice", LIMIT);
        stand.freshen();
    }

    /// Whoever rings meanwhile is on the screen, however long the page below the call is.
    private static void assertIsSeenOnANarrowScreen(Locator others) {
        others.page().setViewportSize(390, 844);
        BoundingBox box = others.boundingBox();
        assertThat(box.y).isPositive();
        assertThat(box.y + box.height).isBetween(1.0, 844.0);
        others.page().setViewportSize(1280, 720);
    }

    /// What the page measures is seen beside what the gateway does.
    private void assertBothViewsAreKept() {
        try (Operations operations = Operations.of(stand.gateway())) {
            Await.until(
                    "both calls show what the browser says",
                    LIMIT,
                    () ->
                            operations.calls().stream()
                                    .allMatch(id -> browserOf(operations, id).length == 1));
            for (String id : operations.calls()) {
                CompositeData browser = browserOf(operations, id)[0];
                assertThat(browser.get("codec")).isEqualTo("opus");
                assertThat((Double) browser.get("received")).isPositive();
                assertThat(operations.leg(id, "browser").get("leg")).isEqualTo(browser.get("leg"));
            }
        }
    }

    private static CompositeData[] browserOf(Operations operations, String id) {
        return (CompositeData[]) operations.call(id, "Browsers");
    }

    /// Readings of a call of our own making, in the browser: three bad ones of five warn, and the
    /// warning stays until five are well, not only just below the limit.
    @Test
    public void warningsAreRaisedAndClearedWithHysteresis() {
        assertThat(stand.alice().page().evaluate(WARNINGS))
                .isEqualTo(
                        List.of(
                                "4 up high-rtt rttMillis",
                                "11 cleared high-rtt rttMillis",
                                "23 up packet-loss lossPercent",
                                "28 cleared packet-loss lossPercent",
                                "39 up constant-audio-level levelIn",
                                "40 cleared constant-audio-level levelIn"));
    }

    private static final String WARNINGS =
            """
            async () => {
              const { QualityMonitor } = await import('/client/quality-monitor.js');
              const told = [];
              let at = 0;
              const monitor = new QualityMonitor({
                onWarning: (name, { of }) => told.push(`${at} up ${name} ${of}`),
                onCleared: (name, { of }) => told.push(`${at} cleared ${name} ${of}`),
              });
              let received = 0;
              let lost = 0;
              const add = (count, { rtt = 40, loss = 0, rms = null } = {}) => {
                for (let i = 0; i < count; i++, at++) {
                  received += 1000 - loss;
                  lost += loss;
                  monitor.add({
                    rttMillis: rtt, jitterMillis: 2, packetsReceived: received, packetsLost: lost,
                    rmsIn: rms === 'speech' ? 0.01 * (at % 7) : rms, rmsOut: null,
                  });
                }
              };
              add(2, { rtt: 401 });   // 0, 1
              add(2);                 // 2, 3
              add(1, { rtt: 450 });   // 4: the third of five
              add(2, { rtt: 380 });   // 5, 6: well, but not well enough
              add(14);                // 7-20: the five that are all well end at 11
              add(3, { loss: 15 });   // 21-23
              add(6);                 // 24-29
              add(10, { rms: 0 });    // 30-39
              add(1, { rms: 'speech' });
              return told;
            }
            """;
}
