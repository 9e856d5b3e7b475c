package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Digits as RTP events (RFC 4733) between a phone and the keypad of the page.
@Test(groups = {"e2e", "media"})
public class DigitsIT {
    private static final String KEYPAD = "0123456789*#";

    private CallStand stand;
    private Agent alice;
    private Phone phone;
    private PhoneCall call;

    @BeforeClass
    public void start() {
        stand = CallStand.start(DigitsIT.class);
        alice = stand.alice();
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
    }

    @BeforeMethod
    public void callStands() {
        stand.freshen();
        phone = stand.phone();
        call = stand.answered(phone, CallOffer.of(G711.PCMA));
        alice.observed().reset();
    }

    @AfterMethod(alwaysRun = true)
    public void hangUp() {
        if (call != null) {
            call.hangUp(CallStand.LIMIT);
        }
        if (phone != null) {
            phone.close();
        }
    }

    @DataProvider
    public Object[][] presses() {
        return new Object[][] {{80, true}, {40, true}, {250, true}, {80, false}};
    }

    @Test(dataProvider = "presses")
    public void keysOfThePhoneShowOnThePageOnceEach(int millis, boolean marked) {
        String keys = KEYPAD + "55";
        for (int i = 0; i < keys.length(); i++) {
            char key = keys.charAt(i);
            int count = i + 1;
            call.media().press(key, millis, marked);
            awaitAtPage("key " + key, () -> alice.observed().count("received digit") >= count);
            assertThat(alice.page().locator("#last-digit").innerText())
                    .isEqualTo(String.valueOf(key));
        }
        assertThat(alice.observed().count("received digit")).isEqualTo(keys.length());
    }

    /// Twice the same key without a pause between: two events with their own timestamps.
    @Test
    public void sameKeyTwiceInARowIsTwoDigits() {
        call.media().press('9', 60);
        call.media().press('9', 60);
        call.media().press('9', 60, false);
        call.media().press('1', 60);

        awaitAtPage("the last key", () -> alice.observed().count("received digit") >= 4);
        assertThat(alice.observed().count("received digit")).isEqualTo(4);
        assertThat(alice.page().locator("#last-digit").innerText()).isEqualTo("1");
    }

    @Test
    public void keypadOfThePageReachesThePhone() {
        Await.until("media", CallStand.LIMIT, () -> call.media().heard().size() > 25);
        String keys = KEYPAD + "88";
        for (char key : keys.toCharArray()) {
            alice.press(key);
        }
        // RFC 4733 §2.5.1.4: the end of each event comes thrice.
        awaitAtPage("the ends of all keys", () -> ends() >= 3L * keys.length());

        assertThat(call.media().keys()).isEqualTo(keys);
        assertThat(alice.page().locator("#sent-digits").innerText()).isEqualTo(keys);
        assertThat(ends()).isEqualTo(3L * keys.length());
        List<Heard> events = events();
        assertThat(events.stream().filter(Heard::marker).count()).isEqualTo(keys.length());
        assertThat(call.media().heard().stream().mapToInt(Heard::ssrc).distinct().count()).isOne();
        Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, CallStand.LIMIT);
    }

    private List<Heard> events() {
        return call.media().heard().stream().filter(p -> p.payloadType() == 101).toList();
    }

    private long ends() {
        return events().stream().filter(p -> (p.payload()[1] & 0x80) != 0).count();
    }

    private void awaitAtPage(String what, java.util.function.BooleanSupplier condition) {
        Await.until(
                what,
                CallStand.LIMIT,
                () -> {
                    alice.pause(Duration.ofMillis(20));
                    return condition.getAsBoolean();
                });
    }
}
