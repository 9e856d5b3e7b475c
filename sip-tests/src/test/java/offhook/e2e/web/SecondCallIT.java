package offhook.e2e.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.net.InetAddress;
import java.time.Duration;
import offhook.e2e.browser.Agent;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
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
}
