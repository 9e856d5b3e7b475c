package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.EndCause;
import offhook.config.TrunkConfig;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Calls of trunks that may be anywhere and are told by their password: `home` by UDP too, `road`
/// by TCP only. `desk` has the address 127.0.0.2 and a password.
public class RoamingTrunkTest {

    private static final String SDP =
            "v=0\r\no=- 1 1 IN IP4 127.0.0.3\r\ns=-\r\nc=IN IP4 127.0.0.3\r\nt=0 0\r\n"
                    + "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";

    /// As long as the INVITE of any PBX, so that the answer is no longer.
    private static final String AGENT = "User-Agent: " + "x".repeat(400);

    private static final String PASSWORD = "correct horse battery";

    private final RecordingIntake intake = new RecordingIntake();
    private InetSocketAddress server;
    private SipEndpoint endpoint;

    @BeforeClass
    public void start() throws IOException {
        server = FreePorts.nextAddress();
        List<TrunkConfig> trunks =
                List.of(
                        Doors.read(
                                "{name: desk, addresses: [127.0.0.2], challenge:"
                                        + " {username: desk, password: correct horse battery}}"),
                        Doors.read(
                                "{name: home, challenge: {username: home, sources: any,"
                                        + " password: correct horse battery}}"),
                        Doors.read(
                                "{name: road, challenge: {username: road, sources: tcp,"
                                        + " password: correct horse battery}}"));
        endpoint = Endpoints.streaming(server, new Counters(), trunks);
        endpoint.start(intake);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        endpoint.stop(Duration.ZERO);
    }

    private TextPhone phone(String host) throws IOException {
        return new TextPhone(host, server, "200");
    }

    /// The INVITE that follows the challenge, already sent.
    private String authorized(TextPhone phone, String user) throws IOException {
        String challenge = phone.send(phone.invite(SDP, AGENT)).expect("SIP/2.0 401 ");
        CallerDigest digest = CallerDigest.of(challenge).getFirst();
        phone.forgetTag();
        String invite =
                phone.next(
                        "INVITE",
                        SDP,
                        AGENT,
                        digest.authorization(user, PASSWORD, "sip:200@gw", 1));
        phone.send(invite);
        return invite;
    }

    @Test
    public void challengedCallerTalksAndHangsUp() throws Exception {
        for (String[] who : new String[][] {{"127.0.0.2", "desk"}, {"127.0.0.3", "home"}}) {
            try (TextPhone phone = phone(who[0])) {
                String invite = authorized(phone, who[1]);
                phone.expect("SIP/2.0 100 ");
                RecordingIntake.Call call = intake.take(phone.callId);
                assertThat(call.incoming.source()).isEqualTo(who[1]);
                call.leg.alert(SdpParser.parse(SDP));
                phone.expect("SIP/2.0 180 ");
                phone.send(invite).expect("SIP/2.0 180 ");
                call.leg.answer(SdpParser.parse(SDP));
                phone.expect("SIP/2.0 200 OK\r\n");
                phone.send(phone.ack(""));
                call.next(LegConfirmed.class);

                phone.send(phone.next("INVITE", SDP)).expect("SIP/2.0 100 ");
                phone.send(phone.next("BYE", ""));
                assertThat(phone.fresh()).startsWith("SIP/2.0 ");
                assertThat(intake.count(phone.callId)).isEqualTo(1);
            }
        }
    }

    /// What we send goes to where the call came from, though its Contact lies elsewhere.
    @Test
    public void weHangUpOnACallerThatIsAnywhere() throws Exception {
        try (TextPhone phone = phone("127.0.0.3")) {
            authorized(phone, "home");
            phone.expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);
            call.leg.answer(SdpParser.parse(SDP));
            phone.expect("SIP/2.0 200 OK\r\n");
            phone.send(phone.ack(""));
            call.next(LegConfirmed.class);

            call.leg.end(EndCause.hangUp(EndCause.By.CALLEE));
            phone.ok(phone.expect("BYE "));
            phone.assertSilent(1200);
        }
    }

    @Test
    public void refusedCallerIsToldAndItsAckEndsIt() throws Exception {
        try (TextPhone phone = phone("127.0.0.3")) {
            String invite = authorized(phone, "home");
            phone.expect("SIP/2.0 100 ");
            intake.take(phone.callId).leg.end(EndCause.declined());
            phone.expect("SIP/2.0 603 ");
            phone.send(invite).expect("SIP/2.0 603 ");
            phone.send(invite.replaceFirst("INVITE", "ACK").replace(" INVITE\r", " ACK\r"));

            phone.assertSilent(1200);
            assertThat(phone.send(invite).receive(Await.PATIENCE_MILLIS))
                    .startsWith("SIP/2.0 401 ");
            assertThat(intake.count(phone.callId)).isEqualTo(1);
        }
    }

    @Test
    public void trunkThatCallsByTcpOnlyIsNotAskedByUdp() throws Exception {
        try (TextPhone phone = phone("127.0.0.3")) {
            authorized(phone, "road");
            assertThat(phone.expect("SIP/2.0 401 ")).doesNotContain("stale");
            assertThat(intake.count(phone.callId)).isZero();
        }
    }

    @Test
    public void strangersGetNoMoreThanTheySent() throws Exception {
        try (TextPhone phone = phone("127.0.0.5")) {
            for (String method : List.of("REGISTER", "MESSAGE", "BYE", "INFO", "REFER")) {
                phone.send(phone.next(method, "", AGENT));
            }
            phone.send(phone.next("OPTIONS", ""));
            phone.send(phone.next("INVITE", ""));
            phone.send("INVITE sip:200@gw SIP/2.0\r\n" + AGENT + "\r\n\r\n");
            phone.assertSilent(500);

            String long1 = phone.next("OPTIONS", "", AGENT);
            phone.send(long1);
            assertThat(phone.expect("SIP/2.0 401 ").length()).isLessThanOrEqualTo(long1.length());
        }
    }

    @Test
    public void callByTcpComesFromAnywhere() throws Exception {
        try (TextPhone text = phone("127.0.0.6");
                Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.6"), 0));
            socket.connect(server);
            socket.setSoTimeout(20_000);
            write(socket, text.invite(SDP));
            CallerDigest digest = CallerDigest.of(read(socket, "SIP/2.0 401 ")).getFirst();
            write(
                    socket,
                    text.next(
                            "INVITE",
                            SDP,
                            digest.authorization("road", PASSWORD, "sip:200@gw", 1)));
            read(socket, "SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(text.callId);
            assertThat(call.incoming.source()).isEqualTo("road");
            call.leg.answer(SdpParser.parse(SDP));
            text.follow(read(socket, "SIP/2.0 200 "));
            write(socket, text.ack(""));
            call.next(LegConfirmed.class);

            call.leg.end(EndCause.hangUp(EndCause.By.CALLEE));
            read(socket, "BYE ");
        }
    }

    @Test
    public void connectionThatIsNoSipIsClosed() throws Exception {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.7"), 0));
            socket.connect(server);
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static void write(Socket socket, String message) throws IOException {
        socket.getOutputStream()
                .write(
                        message.replace("SIP/2.0/UDP", "SIP/2.0/TCP")
                                .getBytes(StandardCharsets.US_ASCII));
    }

    /// The next message, which must start so.
    private static String read(Socket socket, String start) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new AssertionError("closed after " + bytes);
            }
            bytes.write(next);
        }
        String head = bytes.toString(StandardCharsets.US_ASCII);
        int length = Integer.parseInt(TextPhone.header(head, "Content-Length"));
        String body =
                new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
        assertThat(head).startsWith(start);
        return head + body;
    }
}
