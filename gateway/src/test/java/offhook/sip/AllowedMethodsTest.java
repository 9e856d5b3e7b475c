package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import javax.sip.message.Request;
import org.testng.annotations.Test;

/// What peers say that they serve (RFC 3261 §20.5).
public class AllowedMethodsTest {

    private static AllowedMethods of(String fields) throws ParseException {
        String response =
                "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bK1\r\n"
                        + "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\n"
                        + "CSeq: 1 INVITE\r\n"
                        + fields
                        + "Content-Length: 0\r\n\r\n";
        SIPMessage message =
                new StringMsgParser()
                        .parseSIPMessage(
                                response.getBytes(StandardCharsets.UTF_8), true, true, null);
        return AllowedMethods.of(message);
    }

    @Test
    public void everyLineCounts() throws Exception {
        AllowedMethods allowed = of("Allow: INVITE, ACK\r\nAllow: INFO\r\n");

        assertThat(allowed.isListed()).isTrue();
        assertThat(allowed.has(Request.ACK)).isTrue();
        assertThat(allowed.has(Request.INFO)).isTrue();
        assertThat(allowed.has(Request.REFER)).isFalse();
    }

    @Test
    public void whoSaysNothingListsNothing() throws Exception {
        AllowedMethods allowed = of("");

        assertThat(allowed.isListed()).isFalse();
        assertThat(allowed.has(Request.INVITE)).isFalse();
    }

    @Test
    public void whoServesNothingSaysSo() throws Exception {
        AllowedMethods allowed = of("Allow:\r\n");

        assertThat(allowed.isListed()).isTrue();
        assertThat(allowed.has(Request.INVITE)).isFalse();
    }
}
