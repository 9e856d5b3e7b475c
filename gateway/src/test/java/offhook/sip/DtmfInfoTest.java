package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import offhook.sip.DtmfInfo.Form;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DtmfInfoTest {

    @DataProvider
    Object[][] digits() {
        return new Object[][] {
            {Form.RELAY, "Signal=5\r\nDuration=160\r\n", '5', 160},
            {Form.RELAY, "Signal=5\r\nDuration=160", '5', 160},
            {Form.RELAY, "Signal= 1\nDuration= 250 \n", '1', 250},
            {Form.RELAY, "signal=#\rduration=80\r", '#', 80},
            {Form.RELAY, "\r\nDuration=80\r\nVolume=10\r\nSignal=*\r\n\r\n", '*', 80},
            {Form.RELAY, "Signal=a", 'A', 160},
            {Form.RELAY, "Signal=10\r\nDuration=100\r\n", '*', 100},
            {Form.RELAY, "Signal=11", '#', 160},
            {Form.RELAY, "Signal=15", 'D', 160},
            {Form.RELAY, "Signal=0\r\nDuration=0", '0', 40},
            {Form.RELAY, "Signal=0\r\nDuration=39", '0', 40},
            {Form.RELAY, "Signal=0\r\nDuration=999999999", '0', 5000},
            {Form.PLAIN, "7", '7', 160},
            {Form.PLAIN, "d\r\n", 'D', 160},
            {Form.PLAIN, " # ", '#', 160},
            {Form.PLAIN, "10", '*', 160},
        };
    }

    @Test(dataProvider = "digits")
    public void digitIsReadWithItsDuration(Form form, String body, char digit, int millis)
            throws Exception {
        assertThat(read(form, body)).contains(new DtmfInfo(digit, millis));
    }

    @DataProvider
    Object[][] signals() {
        return new Object[][] {
            {Form.RELAY, "Signal=16\r\nDuration=100\r\n"},
            {Form.RELAY, "Signal=!"},
            {Form.RELAY, "Signal=255"},
            {Form.PLAIN, "16"},
            {Form.PLAIN, "!"},
        };
    }

    @Test(dataProvider = "signals")
    public void signalThatIsNoDigitIsNone(Form form, String body) throws Exception {
        assertThat(read(form, body)).isEmpty();
    }

    @DataProvider
    Object[][] malformed() {
        return new Object[][] {
            {Form.RELAY, ""},
            {Form.RELAY, "5"},
            {Form.RELAY, "Duration=160\r\n"},
            {Form.RELAY, "Signal=\r\nDuration=160\r\n"},
            {Form.RELAY, "Signal=E"},
            {Form.RELAY, "Signal=-1"},
            {Form.RELAY, "Signal=1234"},
            {Form.RELAY, "Signal=1\r\nSignal=2\r\n"},
            {Form.RELAY, "Signal=1\r\nDuration=1\r\nDuration=2\r\n"},
            {Form.RELAY, "Signal=1\r\nDuration=-5\r\n"},
            {Form.RELAY, "Signal=1\r\nDuration=1e3\r\n"},
            {Form.RELAY, "Signal=1\r\nDuration=99999999999999999999\r\n"},
            {Form.RELAY, "Signal=1\r\n=\r\n"},
            {Form.RELAY, "Signal=1\0"},
            {Form.RELAY, "Signal=\u00b9"},
            {Form.RELAY, "Signal=1\r\n" + "X=y\r\n".repeat(60)},
            {Form.PLAIN, ""},
            {Form.PLAIN, "E"},
            {Form.PLAIN, "12345"},
            {Form.PLAIN, "5".repeat(100_000)},
        };
    }

    @Test(dataProvider = "malformed")
    public void whatIsNoSignalIsABadRequest(Form form, String body) {
        assertThatThrownBy(() -> read(form, body))
                .isInstanceOfSatisfying(
                        SipRequestException.class,
                        e -> assertThat(e.verdict().sipStatus()).isEqualTo(400));
    }

    @Test
    public void whatIsWrittenIsRead() throws Exception {
        for (char digit : "0123456789*#ABCD".toCharArray()) {
            DtmfInfo info = new DtmfInfo(digit, 250);

            assertThat(read(Form.RELAY, info.write(Form.RELAY))).contains(info);
            assertThat(read(Form.PLAIN, info.write(Form.PLAIN))).contains(new DtmfInfo(digit, 160));
        }
    }

    @Test
    public void formIsFoundByItsMediaType() {
        assertThat(Form.of("Application", "DTMF-Relay")).contains(Form.RELAY);
        assertThat(Form.of("application", "dtmf")).contains(Form.PLAIN);
        assertThat(Form.of("text", "dtmf")).isEmpty();
        assertThat(Form.of("application", "dtmf-relay2")).isEmpty();
    }

    @Test
    public void randomBodiesAreDigitsOrBadRequests() {
        long seed = 6086;
        System.out.println("DtmfInfoTest seed " + seed);
        Random random = new Random(seed);
        String alphabet = "Signal=Duration=0159*#ABCDE! \t\r\n\0\u00e9=";
        for (int i = 0; i < 100_000; i++) {
            StringBuilder body = new StringBuilder(random.nextBoolean() ? "Signal=" : "");
            for (int left = random.nextInt(20); left > 0; left--) {
                body.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                read(random.nextBoolean() ? Form.RELAY : Form.PLAIN, body.toString())
                        .ifPresent(info -> {
                            assertThat("0123456789*#ABCD").contains("" + info.digit());
                            assertThat(info.durationMillis()).isBetween(40, 5000);
                        });
            } catch (SipRequestException e) {
                assertThat(e.verdict().sipStatus()).isEqualTo(400);
            }
        }
    }

    /// People type card numbers.
    @Test
    public void digitIsNotShownInLogs() {
        assertThat(new DtmfInfo('5', 160)).hasToString("DtmfInfo[160 ms]");
    }

    private static Optional<DtmfInfo> read(Form form, String body) throws SipRequestException {
        return DtmfInfo.read(form, body.getBytes(StandardCharsets.ISO_8859_1));
    }
}
