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
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// A PBX closes connections of TCP when it likes: what went by one that was just over goes another
/// way, before a caller waits for it.
public class BrokenConnectionTest {

    private static final int MILLIS = 20_000;
    private static final int CALLS_IN_A_ROW = 20;

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.2\r
            s=-\r
            c=IN IP4 127.0.0.2\r
            t=0 0\r
            m=audio 40000 RTP/AVP 8\r
            """;

    private TextTrunk trunk;
    private ServerSocket listener;
    private SipEndpoint endpoint;
    private RecordingIntake.Call call;
    private Leg leg;

    @BeforeMethod
    public void start() throws IOException {
        InetSocketAddress server = FreePorts.nextAddress();
        trunk = new TextTrunk("127.0.0.2");
        listener = listening();
        endpoint =
                Endpoints.streaming(
                        server,
                        new Counters(),
                        List.of(
                                Doors.trunkAt("open", "sip:" + trunk.at()),
                                Doors.trunkAt("tcp", "sip:" + trunk.at() + ";transport=tcp")));
        endpoint.start(new RecordingIntake());
    }

    @AfterMethod(alwaysRun = true)
    public void stop() throws IOException {
        endpoint.stop(Duration.ZERO);
        listener.close();
        trunk.close();
    }

    /// The end of the connection and the INVITE cross each other.
    @Test
    public void inviteOnAConnectionThatIsJustOverGoesByAnother() throws Exception {
        for (int i = 0; i < CALLS_IN_A_ROW; i++) {
            dial("tcp");
            try (Socket peer = accepted()) {
                completes(peer);
            }
        }
    }

    @Test
    public void inviteOnAConnectionThatIsJustOverGoesByUdpWhereTcpIsRefused() throws Exception {
        for (int i = 0; i < CALLS_IN_A_ROW; i++) {
            if (listener.isClosed()) {
                listener = listening();
            }
            dial("open");
            try (Socket peer = accepted()) {
                listener.close();
                completes(peer);
            }
            dial("open");
            completesByUdp();
        }
    }

    /// It was written, and nobody can say whether it was read.
    @Test
    public void inviteThatWentDownWithItsConnectionIsRepeatedByAnother() throws Exception {
        dial("tcp");
        String lost;
        try (Socket peer = accepted()) {
            lost = read(peer.getInputStream());
        }

        try (Socket peer = accepted()) {
            assertThat(completes(peer)).isEqualTo(lost);
        }
    }

    /// Whoever answered is not asked again.
    @Test
    public void answeredRequestsAreNotRepeated() throws Exception {
        dial("tcp");
        try (Socket peer = accepted()) {
            completes(peer);
        }

        dial("tcp");

        try (Socket peer = accepted()) {
            assertThat(completes(peer)).startsWith("INVITE ");
        }
    }

    @Test
    public void peerThatClosesEachConnectionIsAskedByUdp() throws Exception {
        dial("open");
        for (int i = 0; i < 2; i++) {
            try (Socket peer = accepted()) {
                read(peer.getInputStream());
            }
        }

        completesByUdp();
        dial("open"); // and is not taken for dead
        try (Socket peer = accepted()) {
            completes(peer);
        }
    }

    @Test
    public void callEndsWhereNothingElseLeads() throws Exception {
        dial("tcp");
        for (int i = 0; i < 2; i++) {
            try (Socket peer = accepted()) {
                read(peer.getInputStream());
            }
        }

        EndCause why = call.next(CallInput.LegEnded.class, MILLIS).cause();
        assertThat(why.reason()).isEqualTo("trunk-unreachable");
    }

    /// A request within a call: the peer must learn that the call is over.
    @Test
    public void byeIsRepeatedToo() throws Exception {
        dial("tcp");
        String lost;
        try (Socket peer = accepted()) {
            answered(peer);
            leg.end(EndCause.hangUp(EndCause.By.CALLER));
            lost = read(peer.getInputStream());
            assertThat(lost).startsWith("BYE ");
        }

        try (Socket peer = accepted()) {
            assertThat(read(peer.getInputStream())).isEqualTo(lost);
        }
    }

    private ServerSocket listening() throws IOException {
        String[] at = trunk.at().split(":", 2);
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(
                new InetSocketAddress(InetAddress.getByName(at[0]), Integer.parseInt(at[1])), 5);
        socket.setSoTimeout(MILLIS);
        return socket;
    }

    private Socket accepted() throws IOException {
        Socket peer = listener.accept();
        peer.setSoTimeout(MILLIS);
        return peer;
    }

    /// A whole call by one connection.
    ///
    /// @return its INVITE
    private String completes(Socket peer) throws IOException {
        String invite = answered(peer);
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        String bye = read(peer.getInputStream());
        assertThat(bye).startsWith("BYE ");
        write(peer, trunk.response(bye, "200 OK", "t1", ""));
        return invite;
    }

    private String answered(Socket peer) throws IOException {
        String invite = read(peer.getInputStream());
        assertThat(invite).startsWith("INVITE ").contains("Via: SIP/2.0/TCP ");
        write(peer, trunk.response(invite, "200 OK", "t1", SDP));
        assertThat(read(peer.getInputStream())).startsWith("ACK ");
        call.next(CallInput.LegAccepted.class, MILLIS);
        return invite;
    }

    private void completesByUdp() throws IOException {
        String invite = trunk.expect("INVITE ");
        assertThat(invite).contains("Via: SIP/2.0/UDP ");
        trunk.answer(invite, "200 OK", "t1", SDP);
        trunk.expect("ACK ");
        call.next(CallInput.LegAccepted.class, MILLIS);
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        trunk.answer(trunk.expect("BYE "), "200 OK", "t1", "");
    }

    private static void write(Socket peer, String message) throws IOException {
        peer.getOutputStream().write(message.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            assertThat(next).as("the end of the connection after " + text).isNotNegative();
            text.append((char) next);
        }
        int length = Integer.parseInt(TextPhone.header(text.toString(), "Content-Length"));
        return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /// So long that no datagram should carry its INVITE.
    private void dial(String name) throws Exception {
        LegId id = new LegId(CallId.next(), 1);
        IncomingCall incoming =
                new IncomingCall(
                        "web",
                        new Party("1".repeat(120), "B".repeat(120)),
                        new Party("200", ""),
                        new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                        Optional.empty(),
                        "bob/1");
        call = new RecordingIntake.Call(id.call(), incoming, null);
        String offer = SDP.replace("AVP 8", "AVP 8 0 9 96 97 98 99 101");
        for (int type = 96; type < 102; type++) {
            offer += "a=rtpmap:" + type + " telephone-event/" + (8000 + type) + "\r\n";
        }
        leg =
                endpoint.legs()
                        .ring(
                                id,
                                new Target.Trunk(name, "2".repeat(120)),
                                incoming,
                                Optional.of(SdpParser.parse(offer)),
                                call);
    }
}
