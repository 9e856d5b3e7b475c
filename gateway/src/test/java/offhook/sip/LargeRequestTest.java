package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.CodecPreference;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.net.FreePorts;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Requests that no datagram should carry, on real sockets.
public class LargeRequestTest {

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
    private RecordingIntake.Call call;
    private Leg leg;

    @BeforeClass
    public void start() throws IOException {
        server = FreePorts.nextAddress();
        trunk = new TextTrunk("127.0.0.2");
        endpoint =
                Endpoints.streaming(
                        server,
                        new Counters(),
                        List.of(
                                Doors.trunkAt("open", "sip:" + trunk.at()),
                                Doors.trunkAt("fixed", "sip:" + trunk.at() + ";transport=udp")));
        endpoint.start(new RecordingIntake());
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        trunk.close();
        endpoint.stop(Duration.ZERO);
    }

    @Test
    public void longInviteGoesByTcpAndSoDoesTheCall() throws Exception {
        String[] at = trunk.at().split(":", 2);
        try (ServerSocket listener =
                new ServerSocket(Integer.parseInt(at[1]), 1, InetAddress.getByName(at[0]))) {
            dial("open", 120);
            listener.setSoTimeout(20_000);
            try (Socket peer = listener.accept()) {
                peer.setSoTimeout(20_000);
                String invite = read(peer.getInputStream());
                assertThat(invite).startsWith("INVITE ").hasSizeGreaterThan(1300);
                assertThat(TextPhone.header(invite, "Via"))
                        .startsWith("SIP/2.0/TCP 127.0.0.1:" + server.getPort() + ";");
                assertThat(TextPhone.header(invite, "Contact"))
                        .isEqualTo(
                                "<sip:offhook@127.0.0.1:" + server.getPort() + ";transport=tcp>");
                String ok = trunk.response(invite, "200 OK", "t1", SDP);
                peer.getOutputStream().write(ok.getBytes(StandardCharsets.UTF_8));
                assertThat(read(peer.getInputStream()))
                        .startsWith("ACK ")
                        .contains("Via: SIP/2.0/TCP ");
                call.next(CallInput.LegAccepted.class);

                leg.end(EndCause.hangUp(EndCause.By.CALLER));

                String bye = read(peer.getInputStream());
                assertThat(bye).startsWith("BYE ").contains("Via: SIP/2.0/TCP ");
                peer.getOutputStream()
                        .write(
                                trunk.response(bye, "200 OK", "t1", "")
                                        .getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    public void longInviteGoesByUdpWhereTcpIsRefused() throws Exception {
        dial("open", 120);

        String invite = trunk.expect("INVITE ");

        assertThat(invite).hasSizeGreaterThan(1300).contains("Via: SIP/2.0/UDP ");
        assertThat(TextPhone.header(invite, "Contact")).doesNotContain("tcp");
        answered(invite);
    }

    @Test
    public void namedTransportStays() throws Exception {
        dial("fixed", 120);

        String invite = trunk.expect("INVITE ");

        assertThat(invite).hasSizeGreaterThan(1300).contains("Via: SIP/2.0/UDP ");
        answered(invite);
    }

    @Test
    public void shortInviteGoesByUdp() throws Exception {
        dial("open", 3);

        answered(trunk.expect("INVITE "));
    }

    private void answered(String invite) throws IOException {
        trunk.answer(invite, "200 OK", "t1", SDP);
        trunk.expect("ACK ");
        call.next(CallInput.LegAccepted.class);
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        trunk.answer(trunk.expect("BYE "), "200 OK", "t1", "");
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            text.append((char) in.read());
        }
        int length = Integer.parseInt(TextPhone.header(text.toString(), "Content-Length"));
        return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private void dial(String name, int digits) throws Exception {
        LegId id = new LegId(CallId.next(), 1);
        IncomingCall incoming =
                new IncomingCall(
                        "web",
                        new Party("1".repeat(digits), "B".repeat(digits)),
                        new Party("200", ""),
                        new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                        Optional.empty(),
                        "bob/1");
        call = new RecordingIntake.Call(id.call(), incoming, null);
        String number = "2".repeat(digits);
        String offer = SDP;
        if (digits > 99) {
            offer = offer.replace("AVP 8", "AVP 8 0 9 96 97 98 99 101");
            for (int type = 96; type < 102; type++) {
                offer += "a=rtpmap:" + type + " telephone-event/" + (8000 + type) + "\r\n";
            }
        }
        leg =
                endpoint.legs()
                        .ring(
                                id,
                                new Target.Trunk(name, number),
                                incoming,
                                Optional.of(SdpParser.parse(offer)),
                                call);
    }
}
