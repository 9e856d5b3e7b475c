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

        assertThat(EndTexts.text(cause, EndTexts.Seat.CALLEE)).isEqualTo(text);
        assertThat(EndTexts.text(cause, EndTexts.Seat.CALLER)).isEqualTo(text);
    }

    @DataProvider
    public Object[][] reasons() {
        return new Object[][] {
            {"agent-lost"},
            {"answered-elsewhere"},
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
        String text =
                EndTexts.text(
                        EndCause.gateway(reason, 480, 41, "ssl alert 40 x509"),
                        EndTexts.Seat.CALLEE);

        assertThat(text).endsWith(".").doesNotContain("x509", "(");
    }

    @DataProvider
    public Object[][] reasonsOfDialledCalls() {
        return new Object[][] {
            {"agent-away"},
            {"agent-busy"},
            {"agent-lost"},
            {"agent-offline"},
            {"agent-unreachable"},
            {"bad-answer"},
            {"busy"},
            {"cancelled"},
            {"declined"},
            {"forbidden"},
            {"no-answer"},
            {"no-route"},
            {"redirected"},
            {"refused"},
            {"trunk-failed"},
            {"trunk-timeout"},
            {"trunk-unreachable"},
            {"unavailable"},
            {"unknown-number"},
        };
    }

    @Test(dataProvider = "reasonsOfDialledCalls")
    public void reasonOfADialledCallIsSaidInPlainWordsToTheCaller(String reason) {
        for (EndCause.By by : EndCause.By.values()) {
            String text =
                    EndTexts.text(
                            new EndCause(by, reason, 480, 41, "the trunk answered 480 x509"),
                            EndTexts.Seat.CALLER);

            assertThat(text).endsWith(".").doesNotContain("x509", "(", "480");
        }
    }

    @DataProvider
    public Object[][] endsAsEachSideIsTold() { // cause, the caller, the one who was called
        return new Object[][] {
            {EndCause.hangUp(EndCause.By.CALLER), "You hung up.", "The caller hung up."},
            {EndCause.hangUp(EndCause.By.CALLEE), "The other side hung up.", "You hung up."},
            {
                EndCause.cancelled(),
                "You gave up before the call was answered.",
                "The caller gave up before the call was answered."
            },
            {EndCause.declined(), "The other side declined the call.", "The call was declined."},
        };
    }

    @Test(dataProvider = "endsAsEachSideIsTold")
    public void youIsTheOneWhoReadsIt(EndCause cause, String caller, String callee) {
        assertThat(EndTexts.text(cause, EndTexts.Seat.CALLER)).isEqualTo(caller);
        assertThat(EndTexts.text(cause, EndTexts.Seat.CALLEE)).isEqualTo(callee);
    }
}
