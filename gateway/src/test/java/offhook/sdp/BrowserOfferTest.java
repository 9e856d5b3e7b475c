package offhook.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class BrowserOfferTest {

    private static final BrowserCapabilities OURS = Sdp.browser("opus", "PCMA", "G722");

    @Test
    public void offerHasWhatABrowserNeeds() {
        SessionDescription offer = OfferAnswer.offerBrowser(OURS);

        assertThat(SdpWriter.write(offer))
                .contains("a=ice-lite\r\n")
                .contains("a=group:BUNDLE 0\r\n")
                .contains("m=audio 7882 UDP/TLS/RTP/SAVPF 111 8 9 110\r\n")
                .contains("a=setup:actpass\r\n")
                .contains("a=rtcp-mux\r\n")
                .contains("a=mid:0\r\n")
                .contains("a=candidate:1 1 udp 2130706431 203.0.113.10 7882 typ host\r\n")
                .contains("a=rtpmap:110 telephone-event/48000\r\n")
                .doesNotContain("telephone-event/8000");
        assertThat(OfferAnswer.isOfferToBrowser(offer)).isTrue();
        assertThat(Sdp.parse(SdpWriter.write(offer)).media()).hasSize(1);
    }

    private static String answer(String formats, String more) {
        return "v=0\r\no=- 5 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
                + "m=audio 9 UDP/TLS/RTP/SAVPF "
                + formats
                + "\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:uHL7\r\n"
                + "a=ice-pwd:r+ealnk5kFcIGFtdXYM1TBqE\r\na=fingerprint:sha-256 "
                + Sdp.FINGERPRINT
                + "\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:8 PCMA/8000\r\n"
                + "a=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n"
                + more;
    }

    @Test
    public void answerTellsWhatIsSpoken() throws SdpException {
        BrowserMedia media =
                OfferAnswer.acceptBrowserAnswer(
                        OfferAnswer.offerBrowser(OURS),
                        Sdp.parse(
                                answer("8 126", "a=setup:active\r\na=rtcp-mux\r\na=sendonly\r\n")),
                        OURS);

        assertThat(media.send().encodingName()).isEqualTo("PCMA");
        assertThat(media.receive()).containsOnlyKeys(8);
        assertThat(media.events()).map(RtpFormat::payloadType).contains(126);
        assertThat(media.direction()).isEqualTo(Direction.RECVONLY);
        assertThat(media.remoteIce().ufrag()).isEqualTo("uHL7");
        assertThat(media.localSetup()).isEqualTo(Setup.PASSIVE);
    }

    @DataProvider
    public Object[][] bad() {
        return new Object[][] {
            {answer("111", "a=setup:passive\r\na=rtcp-mux\r\n"), "a=setup:active"},
            {answer("111", "a=rtcp-mux\r\n"), "a=setup:active"},
            {answer("111", "a=setup:active\r\n"), "a=rtcp-mux"},
            {answer("110", "a=setup:active\r\na=rtcp-mux\r\n"), "no codec"},
            {
                answer("111", "a=setup:active\r\na=rtcp-mux\r\n")
                        .replace("a=ice-ufrag:uHL7\r\n", ""),
                "a=ice-ufrag"
            },
            {
                answer("111", "a=setup:active\r\na=rtcp-mux\r\n").replace("sha-256", "sha-1"),
                "sha-256"
            },
            {
                answer("111", "a=setup:active\r\na=rtcp-mux\r\n")
                        .replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
                "DTLS-SRTP"
            },
        };
    }

    @Test(dataProvider = "bad")
    public void unsafeAnswerIsRefused(String answer, String why) {
        assertThatThrownBy(() ->
                        OfferAnswer.acceptBrowserAnswer(
                                OfferAnswer.offerBrowser(OURS), Sdp.parse(answer), OURS))
                .isInstanceOf(SdpException.class)
                .hasMessageContaining(why);
    }
}
