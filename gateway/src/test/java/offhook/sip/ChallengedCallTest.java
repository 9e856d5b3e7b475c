package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.Party;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Calls to a trunk that asks who we are.
public class ChallengedCallTest {

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.2\r
            s=-\r
            c=IN IP4 127.0.0.2\r
            t=0 0\r
            m=audio 30000 RTP/AVP 8\r
            a=rtpmap:8 PCMA/8000\r
            """;
    private static final String MD5 =
            "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"one\", qop=\"auth\", algorithm=MD5\r\n";
    private static final String SHA =
            "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"two\", qop=\"auth\","
                    + " algorithm=SHA-256\r\n";

    private SipEndpoint endpoint;
    private TextTrunk trunk;
    private TextTrunk other;
    private RecordingIntake.Call call;
    private Leg leg;

    @BeforeMethod
    public void start() throws Exception {
        trunk = new TextTrunk();
        other = new TextTrunk("127.0.0.3");
        InetSocketAddress address;
        address = FreePorts.nextAddress();
        endpoint =
                Endpoints.on(
                        address,
                        new Counters(),
                        List.of(
                                Doors.read(
                                        """
                                        {name: pbx, uri: "sip:%s;transport=udp",
                                        auth: {username: gw, password: secret, realm: pbx}}\
                                        """
                                                .formatted(trunk.at())),
                                Doors.trunk("friend", "127.0.0.3")));
        endpoint.start(new RecordingIntake());
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        trunk.close();
        other.close();
        endpoint.stop(Duration.ZERO);
    }

    private String dial() throws Exception {
        Endpoints.Dialled dialled =
                Endpoints.dial(
                        endpoint,
                        "pbx",
                        new Party("+34911000002", "Bob"),
                        "200",
                        SdpParser.parse(SDP));
        call = dialled.call();
        leg = dialled.leg();
        return trunk.expect("INVITE ");
    }

    /// The next INVITE, after the ACK of the refusal of the one before.
    private String challenged(String invite, String status, String header) throws Exception {
        trunk.answer(invite, status, "c1", "", header);
        String ack = trunk.expect("ACK ");
        assertThat(TextPhone.header(ack, "Via")).isEqualTo(TextPhone.header(invite, "Via"));
        return trunk.expect("INVITE ");
    }

    @Test
    public void challengedInviteComesAgainWithCredentials() throws Exception {
        String first = dial();
        String second = challenged(first, "401 Unauthorized", MD5 + SHA);

        assertThat(first).doesNotContain("Authorization:");
        assertThat(TextPhone.header(second, "Call-ID"))
                .isEqualTo(TextPhone.header(first, "Call-ID"));
        assertThat(TextPhone.header(second, "From")).isEqualTo(TextPhone.header(first, "From"));
        assertThat(TextPhone.header(second, "CSeq")).isEqualTo("2 INVITE");
        assertThat(TextPhone.header(second, "Via")).isNotEqualTo(TextPhone.header(first, "Via"));
        String authorization = TextPhone.header(second, "Authorization");
        assertThat(authorization).contains("nonce=\"two\"").contains("nc=00000001");
        String uri = second.substring("INVITE ".length(), second.indexOf(" SIP/2.0"));
        assertThat(authorization).contains("uri=\"" + uri + "\"");
        Matcher cnonce = Pattern.compile("cnonce=\"([0-9a-f]{32})\"").matcher(authorization);
        assertThat(cnonce.find()).isTrue();
        assertThat(authorization)
                .contains(
                        DigestClient.response(
                                DigestChallenge.read(SHA.substring(SHA.indexOf("Digest")))
                                        .orElseThrow(),
                                "gw",
                                "secret",
                                "00000001",
                                cnonce.group(1),
                                "INVITE",
                                uri));

        trunk.answer(second, "180 Ringing", "t1", "");
        call.next(CallInput.LegAlerting.class);
        trunk.answer(second, "200 OK", "t1", SDP);
        call.next(CallInput.LegAccepted.class);
        trunk.expect("ACK ");
        assertThat(call.hasNoInput()).isTrue();
    }

    @Test
    public void byeNeverCarriesCredentials() throws Exception {
        String second =
                challenged(
                        dial(), "407 Proxy Authentication Required", MD5.replace("WWW-", "Proxy-"));
        assertThat(TextPhone.header(second, "Proxy-Authorization")).contains("nonce=\"one\"");
        trunk.answer(second, "200 OK", "t1", SDP);
        call.next(CallInput.LegAccepted.class);
        trunk.expect("ACK ");

        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        String bye = trunk.expect("BYE ");
        trunk.answer(bye, "401 Unauthorized", "t1", "", MD5);

        assertThat(bye).doesNotContain("uthorization:");
        assertThat(trunk.receive(1000)).doesNotContain("uthorization:");
    }

    @Test
    public void wrongCredentialsAreTriedOnce() throws Exception {
        String second = challenged(dial(), "401 Unauthorized", MD5);

        trunk.answer(second, "401 Unauthorized", "c2", "", MD5.replace("one", "three"));

        EndCause cause = call.next(CallInput.LegEnded.class).cause();
        assertThat(cause.reason()).isEqualTo("forbidden");
        assertThat(cause.sipCode()).isEqualTo(401);
        trunk.expect("ACK ");
        assertThat(trunk.receive(700)).doesNotStartWith("INVITE");
        awaitNoDialogs();
    }

    @Test
    public void staleNonceIsReplacedOnce() throws Exception {
        String stale = MD5.replace("one", "fresh").replace("MD5", "MD5, stale=true");
        String second = challenged(dial(), "401 Unauthorized", MD5);
        String third = challenged(second, "401 Unauthorized", stale);

        assertThat(TextPhone.header(third, "Authorization")).contains("nonce=\"fresh\"");
        assertThat(TextPhone.header(third, "CSeq")).isEqualTo("3 INVITE");
        trunk.answer(third, "401 Unauthorized", "c3", "", stale);
        assertThat(call.next(CallInput.LegEnded.class).cause().reason()).isEqualTo("forbidden");
    }

    /// Challenges that would have us prove more than we want, or to somebody else.
    @Test
    public void challengesThatMustNotBeAnsweredGetNoCredentials() throws Exception {
        for (String field :
                List.of(
                        MD5.replace("pbx", "evil"),
                        MD5.replace("pbx", "PBX"),
                        MD5.replace("\"auth\"", "\"auth-int\""),
                        MD5.replace("=MD5", "=MD5-sess"),
                        SHA.replace("=SHA-256", "=SHA-256-sess"),
                        SHA.replace("=SHA-256", "=SHA-512-256"),
                        SHA.replace(" qop=\"auth\",", ""),
                        MD5.replace("nonce=\"one\", ", ""),
                        MD5.replace("Digest", "Basic"),
                        MD5.replace("WWW-", "Proxy-"))) {
            trunk.answer(dial(), "401 Unauthorized", "c1", "", field);
            assertThat(call.next(CallInput.LegEnded.class).cause().reason())
                    .as(field)
                    .isEqualTo("forbidden");
            assertThat(trunk.expect("ACK ")).doesNotContain("uthorization:");
        }
        trunk.assertSilent(700);
    }

    /// Whatever we send within the dialog, and however it is challenged.
    @Test
    public void nothingWithinADialogCarriesCredentials() throws Exception {
        String second = challenged(dial(), "401 Unauthorized", MD5);
        trunk.answer(second, "200 OK", "t1", SDP);
        call.next(CallInput.LegAccepted.class);
        assertThat(trunk.expect("ACK ")).doesNotContain("uthorization:");

        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        String bye = trunk.expect("BYE ");
        assertThat(bye).doesNotContain("uthorization:");
        for (String field : List.of(MD5, SHA, MD5.replace("one", "two") + SHA)) {
            trunk.answer(bye, "401 Unauthorized", "t1", "", field);
        }
        trunk.answer(bye, "407 Proxy Required", "t1", "", MD5.replace("WWW-", "Proxy-"));
        trunk.assertSilent(1000);
    }

    @Test
    public void foreignRealmIsNotAnswered() throws Exception {
        trunk.answer(dial(), "401 Unauthorized", "c1", "", MD5.replace("pbx", "evil"));

        assertThat(call.next(CallInput.LegEnded.class).cause().reason()).isEqualTo("forbidden");
        trunk.expect("ACK ");
        assertThat(trunk.receive(700)).doesNotStartWith("INVITE");
    }

    @Test
    public void challengeFromAnotherAddressIsNotAnswered() throws Exception {
        String invite = dial();
        other.gateway(trunk.gateway());

        other.answer(
                invite,
                "407 Proxy Authentication Required",
                "c1",
                "",
                MD5.replace("WWW-", "Proxy-"));

        assertThat(call.next(CallInput.LegEnded.class).cause().reason()).isEqualTo("forbidden");
        assertThat(trunk.receive(700)).doesNotContain("uthorization:");
        assertThat(other.receive(700)).doesNotContain("uthorization:");
    }

    @Test
    public void callGivenUpAtTheChallengeIsNotTriedAgain() throws Exception {
        String invite = dial();

        leg.end(EndCause.cancelled());
        trunk.answer(invite, "401 Unauthorized", "c1", "", MD5);

        trunk.expect("ACK ");
        assertThat(trunk.receive(700)).doesNotStartWith("INVITE");
        awaitNoDialogs();
    }

    /// The call hears of its end just before the dialog is forgotten.
    private void awaitNoDialogs() {
        Await.until("the end of all dialogs", () -> endpoint.dialogs() == 0);
    }
}
