package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A phone that speaks G.722, and a real browser: what is above 4 kHz arrives.
@Test(groups = {"e2e", "media"})
public class WidebandIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// No narrowband codec carries it.
    private static final double HIGH_HZ = 5000;

    private CallStand stand;

    @BeforeClass
    public void start() {
        stand =
                CallStand.start(
                        WidebandIT.class,
                        text ->
                                text.replaceFirst("codecs: \\[PCMA, PCMU]", "codecs: [G722]")
                                        .replace(
                                                "{trunk: pbx, number: \"209\", to: \"agent:nora\"}",
                                                "{trunk: pbx, number: \"220\", to: \"agent:alice\","
                                                        + " prefer: capacity}"));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
    }

    @DataProvider
    public Object[][] routes() { // called number, what the browser is sent
        return new Object[][] {{"200", "opus"}, {"220", "G722"}};
    }

    @Test(dataProvider = "routes")
    public void highTonesReachTheBrowser(String number, String codec) {
        stand.freshen();
        Agent alice = stand.alice();
        try (Phone phone = stand.phone();
                var media = new WidebandPhone(WidebandPhone.tone(HIGH_HZ, Voices.AMPLITUDE))) {
            PhoneCall call = phone.invite(number, CallOffer.of(G711.PCMA), media);
            alice.awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);
            alice.awaitCall("open", LIMIT);

            Hearing.awaitAtAgent(alice, HIGH_HZ, LIMIT);
            Await.until(
                    "the phone hears the agent",
                    LIMIT,
                    () ->
                            Hearing.seconds(media.heard(), Voices.AGENT_HZ)
                                    >= Hearing.ENOUGH_SECONDS);

            call.hangUp(LIMIT);
            String log = "(?s).*media=\\[G722 .*, " + codec + " codecChanges=0 .*";
            Await.until("the leg's codec in the log", LIMIT, () -> stand.log().matches(log));
            assertThat(alice.observed().remoteSdp()).contains(" G722/8000");
        }
    }
}
