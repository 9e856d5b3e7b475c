package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gov.nist.javax.sip.message.SIPRequest;
import java.text.ParseException;
import offhook.call.Party;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PartyReaderTest {

    @DataProvider
    public Object[][] calledNumbers() {
        return new Object[][] {
            {"sip:200@gw", "200"},
            {"sip:+34911000;phone-context=x@gw;user=phone", "+34911000"},
            {"sips:al%69ce:secret@gw", "alice"},
            {"tel:+34911000;isub=1", "+34911000"},
            {"sip:gw", ""},
            {"sip:%2B34911%23@gw", "+34911#"},
        };
    }

    @Test(dataProvider = "calledNumbers")
    public void calledNumberIsTheUserOfTheRequestUri(String uri, String number) throws Exception {
        assertThat(PartyReader.called(invite(uri, "<sip:100@pbx>")))
                .isEqualTo(new Party(number, ""));
    }

    @DataProvider
    public Object[][] numbersThatNobodyHas() {
        return new Object[][] {
            {"sip:200%00@gw"},
            {"sip:200%0d%0aVia@gw"},
            {"sip:%ff@gw"},
            {"sip:" + "9".repeat(129) + "@gw"}
        };
    }

    @Test(dataProvider = "numbersThatNobodyHas")
    public void numberWithControlsIsNotFound(String uri) throws Exception {
        assertThatThrownBy(() -> PartyReader.called(invite(uri, "<sip:100@pbx>")))
                .isInstanceOfSatisfying(
                        SipRequestException.class,
                        e -> assertThat(e.verdict().sipStatus()).isEqualTo(404));
    }

    @Test
    public void textForLogsIsOneLineOfAscii() {
        assertThat(LogText.of("a\r\n${jndi:x}\u001b[1m\u202e"))
                .isEqualTo("a\\u000d\\u000a\\u0024{jndi:x}\\u001b[1m\\u202e");
        assertThat(LogText.of("x".repeat(500))).hasSize(203);
    }

    private static SIPRequest invite(String uri, String from) throws ParseException {
        return TextInvite.parse(uri, "From: " + from + ";tag=1");
    }
}
