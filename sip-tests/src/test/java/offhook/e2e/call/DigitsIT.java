package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
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
        stand = CallStand.start(DigitsIT.class, DigitsIT::withTrunk);
        alice = stand.alice();
    }

    /// One more, which follows what its peer agrees to.
    private static String withTrunk(String yaml) {
        return yaml.replace(
                "routes:\n",
                """
                  - {name: follower, addresses: [127.0.0.5/32], codecs: [PCMA], dtmf: auto}
                routes:
                  - {trunk: follower, number: "200", to: "agent:alice"}
                """);
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

    /// A trunk without telephone-event whose Allow names INFO.
    @Test
    public void keysTravelByInfoWhereEventsWereNotAgreed() {
        call.hangUp(CallStand.LIMIT);
        phone.close();
        stand.freshen();
        phone =
                Phone.udp(
                                InetAddress.ofLiteral("127.0.0.5"),
                                stand.config().sip(),
                                "5551000",
                                "Maria")
                        .allowing("INVITE, ACK, CANCEL, BYE, INFO");
        call = stand.answered(phone, CallOffer.of(G711.PCMA).withEventPayloadType(0));
        alice.observed().reset();

        String keys = KEYPAD + "AD55";
        for (int i = 0; i < keys.length(); i++) {
            int count = i + 1;
            boolean relay = i % 2 == 0;
            call.request(
                    "INFO",
                    relay ? "application/dtmf-relay" : "application/dtmf",
                    relay
                            ? "Signal=" + keys.charAt(i) + "\r\nDuration=80\r\n"
                            : keys.substring(i, count),
                    CallStand.LIMIT);
            awaitAtPage(
                    "key " + keys.charAt(i),
                    () -> alice.observed().count("received digit") >= count);
            assertThat(alice.page().locator("#last-digit").innerText())
                    .isEqualTo(keys.substring(i, count));
        }
        for (char key : (KEYPAD + "88").toCharArray()) {
            alice.press(key);
        }
        awaitAtPage("all keys at the phone", () -> infos().length() >= KEYPAD.length() + 2);

        assertThat(infos()).isEqualTo(KEYPAD + "88");
        assertThat(alice.observed().count("received digit")).isEqualTo(keys.length());
        Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, CallStand.LIMIT);
    }

    /// The keys of the INFO requests that have come, each once.
    private String infos() {
        return call.trace().stream()
                .filter(t -> !t.sent() && t.message().startLine().startsWith("INFO "))
                .map(t -> t.message())
                .collect(
                        Collectors.toMap(
                                SipMessage::sequenceNumber,
                                m -> m.body().substring(7, 8),
                                (first, again) -> first,
                                TreeMap::new))
                .values()
                .stream()
                .collect(Collectors.joining());
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
