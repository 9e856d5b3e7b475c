package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.call.EndCause;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class EndTextsTest {

    @DataProvider
    public Object[][] details() {
        return new Object[][] {
            {"a=fingerprint is required.", "a=fingerprint is required."},
            {"a=setup:passive\ncannot be served", "a=setup:passive\ncannot be served"},
            {"a codec is missing", "A codec is missing."},
            {"no common codec.", "No common codec."},
            {"", "The call ended (media-refused)."},
        };
    }

    @Test(dataProvider = "details")
    public void detailBecomesASentenceUnlessItIsALineOfADescription(String detail, String text) {
        EndCause cause = EndCause.gateway("media-refused", 488, 88, detail);

        assertThat(EndTexts.text(cause)).isEqualTo(text);
    }

    @DataProvider
    public Object[][] reasons() {
        return new Object[][] {
            {"agent-lost"},
            {"answered-elsewhere"},
            {"browser-closed"},
            {"call-limit"},
            {"cancelled"},
            {"consent-lost"},
            {"gateway-stops"},
            {"internal-error"},
            {"media-timeout"},
            {"no-route"},
            {"overload"},
            {"session-expired"},
            {"session-lost"},
        };
    }

    @Test(dataProvider = "reasons")
    public void knownReasonIsSaidInPlainWords(String reason) {
        String text = EndTexts.text(EndCause.gateway(reason, 480, 41, "ssl alert 40 x509"));

        assertThat(text).endsWith(".").doesNotContain("x509", "(");
    }
}
