package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class LogTextTest {

    @DataProvider
    Object[][] secrets() { // text, what is left of it
        return new Object[][] {
            {"INVITE sip:300:hunter2@192.0.2.1 SIP/2.0", "INVITE sip:300:***@192.0.2.1 SIP/2.0"},
            {"a=crypto:1 A inline:c2VjcmV0|2^20", "a=crypto:1 A inline:********|2^20"},
            {"a=ice-pwd:hunter2", "a=ice-pwd:*******"},
            {
                "Digest username=\"u\", response=\"0123456789abcdef\", qop=auth",
                "Digest username=\"u\", response=\"***\", qop=auth"
            },
            {"OPTIONS sip:192.0.2.1:5060 SIP/2.0", "OPTIONS sip:192.0.2.1:5060 SIP/2.0"},
        };
    }

    @Test(dataProvider = "secrets")
    public void secretsAreTakenOut(String wire, String left) {
        assertThat(LogText.of(wire)).isEqualTo(left);
    }

    @Test
    public void aSecretThatIsCutIsTakenOut() {
        String start = "x".repeat(180) + " sip:300:";

        assertThat(LogText.of(start + "hunter2-".repeat(20) + "@192.0.2.1"))
                .isEqualTo(start + "***@192.0.2...");
    }

    @Test
    public void controlsAreEscapedAndLongTextIsCut() {
        assertThat(LogText.of("a\r\nb€$")).isEqualTo("a\\u000d\\u000ab\\u20ac\\u0024");
        assertThat(LogText.of("y".repeat(70_000))).isEqualTo("y".repeat(200) + "...");
    }
}
