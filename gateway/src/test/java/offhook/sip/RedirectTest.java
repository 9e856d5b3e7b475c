package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.Party;
import offhook.net.FreePorts;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Calls that a trunk sends elsewhere, on real sockets.
public class RedirectTest {

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.2\r
            s=-\r
            c=IN IP4 127.0.0.2\r
            t=0 0\r
            m=audio 40000 RTP/AVP 8\r
            """;

    private InetSocketAddress server;
    private SipEndpoint endpoint;
    private TextTrunk trunk;
    private TextTrunk one;
    private TextTrunk other;
    private TextTrunk stranger;
    private RecordingIntake.Call call;
    private Leg leg;

    @BeforeClass
    public void start() throws IOException {
        server = FreePorts.nextAddress();
        trunk = new TextTrunk("127.0.0.2");
        one = new TextTrunk("127.0.0.3");
        other = new TextTrunk("127.0.0.4");
        stranger = new TextTrunk("127.0.0.5");
        String allowed = "redirect-hosts: [127.0.0.3, 127.0.0.4], 100rel: off}";
        endpoint =
                Endpoints.on(
                        server,
                        new Counters(),
                        List.of(
                                Doors.read(
                                        "{name: pbx, uri: \"sip:%s;transport=udp\","
                                                        .formatted(trunk.at())
                                                + " auth: {username: u, password: p}, "
                                                + allowed),
                                Doors.trunkAt("plain", "sip:" + trunk.at() + ";transport=udp")));
        endpoint.start(new RecordingIntake());
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        trunk.close();
        one.close();
        other.close();
        stranger.close();
        endpoint.stop(Duration.ZERO);
    }

    @Test
    public void listedHostsAreCalledByTheirQAndCredentialsStayBehind() throws Exception {
        String first = dial("pbx");
        trunk.answer(
                first,
                "407 Proxy Authentication Required",
                "t0",
                "",
                "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5\r\n");
        trunk.expect("ACK ");
        String invite = trunk.expect("INVITE ");
        assertThat(invite).contains("\r\nProxy-Authorization: Digest ");
        trunk.answer(
                invite,
                "302 Moved Temporarily",
                "t1",
                "",
                contact("a", stranger, 1),
                contact("b", other, 0.2),
                contact("c", one, 0.7));
        trunk.expect("ACK ");

        String moved = one.expect("INVITE sip:c@" + one.at() + " SIP/2.0\r\n");
        assertThat(moved).doesNotContain("Authorization");
        assertThat(TextPhone.header(moved, "Call-ID"))
                .isEqualTo(TextPhone.header(invite, "Call-ID"));
        assertThat(TextPhone.header(moved, "CSeq")).isEqualTo("3 INVITE");
        assertThat(TextPhone.header(moved, "Via")).isNotEqualTo(TextPhone.header(invite, "Via"));
        one.answer(
                moved,
                "401 Unauthorized",
                "t2",
                "",
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5\r\n");
        one.expect("ACK ");
        String last = other.expect("INVITE sip:b@" + other.at() + " SIP/2.0\r\n");
        other.answer(last, "200 OK", "t3", SDP);
        assertThat(call.next(CallInput.LegAccepted.class).description()).isPresent();
        other.expect("ACK ");

        leg.end(EndCause.hangUp(EndCause.By.CALLER));

        other.answer(other.expect("BYE "), "200 OK", "t3", "");
        stranger.assertSilent(100);
        assertThat(call.hasNoInput()).isTrue();
    }

    @Test
    public void hostThatIsNotListedIsNotCalled() throws Exception {
        String invite = dial("plain");
        trunk.answer(invite, "302 Moved Temporarily", "t1", "", contact("a", one, 1));

        trunk.expect("ACK ");

        assertThat(call.next(CallInput.LegEnded.class).cause().reason()).isEqualTo("redirected");
        one.assertSilent(200);
    }

    @Test
    public void callThatIsSentBackToUsEnds() throws Exception {
        String invite = dial("pbx");
        trunk.answer(
                invite,
                "302 Moved Temporarily",
                "t1",
                "",
                contact("a", one, 0.5),
                "Contact: <sip:200@127.0.0.1:" + server.getPort() + ">\r\n");

        trunk.expect("ACK ");

        EndCause cause = call.next(CallInput.LegEnded.class).cause();
        assertThat(cause.sipCode()).isEqualTo(482);
        assertThat(cause.reason()).isEqualTo("redirect-loop");
        one.assertSilent(200);
    }

    @Test
    public void hostsThatSendCallsToEachOtherAreLeft() throws Exception {
        String invite = dial("pbx");
        trunk.answer(invite, "302 Moved Temporarily", "t1", "", contact("a", one, 1));
        trunk.expect("ACK ");
        String there = one.expect("INVITE ");
        one.answer(there, "302 Moved Temporarily", "t2", "", contact("a", other, 1));
        one.expect("ACK ");
        String back = other.expect("INVITE ");
        other.answer(back, "302 Moved Temporarily", "t3", "", contact("a", one, 1));
        other.expect("ACK ");

        assertThat(call.next(CallInput.LegEnded.class).cause().reason()).isEqualTo("redirected");
        one.assertSilent(200);
    }

    @Test
    public void atMostFivePlacesAreCalled() throws Exception {
        String invite = dial("pbx");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            many.append(contact("u" + i, one, (9 - i) / 10.0));
        }
        trunk.answer(invite, "300 Multiple Choices", "t", "", many.toString());
        trunk.expect("ACK ");

        for (int i = 0; i < 5; i++) {
            String next = one.expect("INVITE sip:u" + i + "@");
            one.answer(next, "480 Temporarily Unavailable", "t" + i, "");
            one.expect("ACK ");
        }

        assertThat(call.next(CallInput.LegEnded.class).cause().sipCode()).isEqualTo(480);
        one.assertSilent(200);
    }

    private static String contact(String user, TextTrunk where, double q) {
        return "Contact: <sip:" + user + "@" + where.at() + ">;q=" + q + "\r\n";
    }

    private String dial(String name) throws Exception {
        Endpoints.Dialled dialled =
                Endpoints.dial(
                        endpoint, name, new Party("100", "Bob"), "200", SdpParser.parse(SDP));
        call = dialled.call();
        leg = dialled.leg();
        return trunk.expect("INVITE ");
    }
}
