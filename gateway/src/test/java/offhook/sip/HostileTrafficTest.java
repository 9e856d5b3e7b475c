package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.call.CallId;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CodecPreference;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.NodeConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// What strangers and broken trunks send to a started endpoint, by real sockets. The trunk is
/// 127.0.0.2, `other` is 127.0.0.4, and 127.0.0.3 is a stranger; calls go out to `far`.
public class HostileTrafficTest {

    private static final String SDP =
            "v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\n"
                    + "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";

    private final RecordingIntake intake = new RecordingIntake();
    private final Counters counters = new Counters();
    private InetSocketAddress server;
    private TextTrunk far;
    private SipEndpoint endpoint;

    @BeforeClass
    public void start() throws IOException {
        server = FreePorts.nextAddress();
        far = new TextTrunk("127.0.0.8");
        endpoint =
                new SipEndpoint(
                        new SipSettings(
                                new NodeConfig("test", Optional.empty()),
                                new SipConfig(
                                        List.of(
                                                new Listen("udp", server),
                                                new Listen("tcp", server)),
                                        new PortRange(20000, 20100)),
                                List.of(
                                        Doors.trunk("pbx", "127.0.0.2"),
                                        Doors.trunk("other", "127.0.0.4"),
                                        Doors.trunkAt("far", "sip:" + far.at())),
                                new LimitsConfig(
                                        10, 5000, Duration.ofSeconds(60), Duration.ofHours(1))),
                        counters,
                        NanoClock.system());
        endpoint.start(intake);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        far.close();
        endpoint.stop(Duration.ZERO);
    }

    private TextPhone phone(String host, String number) throws IOException {
        return new TextPhone(host, server, number);
    }

    private RecordingIntake.Call answered(TextPhone phone) throws Exception {
        phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");
        RecordingIntake.Call call = intake.take(phone.callId);
        call.leg.answer(SdpParser.parse(SDP));
        phone.expect("SIP/2.0 200 OK\r\n");
        phone.send(phone.ack(""));
        call.next(LegConfirmed.class);
        return call;
    }

    private void assertAlive() throws IOException {
        try (TextPhone phone = phone("127.0.0.2", "200")) {
            phone.send(phone.next("OPTIONS", "")).expect("SIP/2.0 200 OK\r\n");
        }
    }

    /// Right Call-ID, right tags, next CSeq: but from somebody else.
    @Test
    public void whoKnowsADialogAndIsNotItsPeerDoesNotTouchIt() throws Exception {
        try (TextPhone phone = phone("127.0.0.2", "200");
                TextPhone evil = phone("127.0.0.3", "200");
                TextPhone neighbour = phone("127.0.0.4", "200")) {
            RecordingIntake.Call call = answered(phone);
            long strangers = counters.get(Counter.SIP_DROPPED_STRANGER);
            long foreign = counters.get(Counter.SIP_DROPPED_FOREIGN);
            List<String> forged = new ArrayList<>();
            for (String method : List.of("BYE", "CANCEL", "UPDATE", "INFO", "INVITE", "PRACK")) {
                forged.add(phone.next(method, method.equals("INVITE") ? SDP : ""));
            }
            forged.add(phone.request("CANCEL", 1, phone.callId + "1", ""));
            forged.add(phone.request("ACK", 1, phone.callId + "1", ""));
            for (String request : forged) {
                evil.send(request);
                neighbour.send(request);
            }

            neighbour.assertSilent(500);
            evil.assertSilent(100);
            assertThat(call.hasNoInput()).isTrue();
            assertThat(counters.get(Counter.SIP_DROPPED_STRANGER) - strangers)
                    .isEqualTo(forged.size());
            assertThat(counters.get(Counter.SIP_DROPPED_FOREIGN) - foreign)
                    .isEqualTo(forged.size());

            phone.send(
                    phone.next("BYE", "").replaceAll("tag=[0-9a-f]{32}", "tag=" + "0".repeat(32)));
            assertThat(phone.fresh()).startsWith("SIP/2.0 481 ");
            assertThat(call.hasNoInput()).isTrue();
            phone.send(phone.next("BYE", "")).expect("SIP/2.0 200 ");
        }
    }

    @Test
    public void identifiersAreRandomBits() {
        int samples = 1 << 20;
        long[] heads = new long[samples];
        int[] ones = new int[128];
        long before = 0;
        int like = 0;
        for (int i = 0; i < samples; i++) {
            String id = Identifiers.next();
            long head = Long.parseUnsignedLong(id, 0, 16, 16);
            long tail = Long.parseUnsignedLong(id, 16, 32, 16);
            for (int bit = 0; bit < 64; bit++) {
                ones[bit] += (int) (head >>> bit & 1);
                ones[64 + bit] += (int) (tail >>> bit & 1);
            }
            like += Long.bitCount(~(head ^ before));
            before = head;
            heads[i] = head;
        }
        Arrays.sort(heads);
        int twice = 0;
        for (int i = 1; i < samples; i++) {
            twice += heads[i] == heads[i - 1] ? 1 : 0;
        }
        assertThat(twice).as("identifiers of which half was there before").isZero();
        // Six standard deviations of a fair coin.
        double slack = 6 * Math.sqrt(samples) / 2;
        for (int count : ones) {
            assertThat((double) count).isBetween(samples / 2.0 - slack, samples / 2.0 + slack);
        }
        double allBits = 64.0 * samples;
        assertThat((double) like)
                .isBetween(
                        allBits / 2 - 3 * Math.sqrt(allBits), allBits / 2 + 3 * Math.sqrt(allBits));
        Set<String> branches = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            branches.add(Identifiers.nextBranch().substring(7, 31));
        }
        assertThat(branches).hasSize(20_000);
    }

    /// INVITE and gone, as often as it takes to use up all connections of the trunk several times.
    @Test
    public void connectionsThatAreResetLeaveNothingBehind() throws Exception {
        for (int round = 0; round < 200; round++) {
            try (Socket socket = new Socket();
                    TextPhone text = phone("127.0.0.2", "full")) {
                socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0));
                socket.connect(server);
                socket.setSoLinger(true, 0);
                StringBuilder burst = new StringBuilder();
                for (int i = 0; i < 10; i++) {
                    burst.append(
                            tcp(text.request("INVITE", 1, "rst" + round + "-" + i, SDP))
                                    .replace(text.callId, text.callId + "-" + i));
                }
                socket.getOutputStream().write(bytes(burst.toString()));
                if (round % 2 == 0) {
                    Thread.sleep(5);
                }
            } catch (IOException e) {
                assertThat(e).as("closed by us: the trunk had enough").isNotNull();
            }
        }
        Await.until("a connection that is served", this::isServed);
        Await.until("the end of all dialogs", () -> endpoint.dialogs() == 0);
        assertAlive();
    }

    /// Whether the trunk has room for a connection again, and is answered on it.
    private boolean isServed() {
        try (Socket socket = connection("127.0.0.2");
                TextPhone text = phone("127.0.0.2", "200")) {
            socket.getOutputStream().write(bytes(tcp(text.next("OPTIONS", ""))));
            return read(socket).startsWith("SIP/2.0 200 OK\r\n");
        } catch (IOException e) {
            return false;
        }
    }

    private Socket connection(String host) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
        socket.connect(server);
        socket.setSoTimeout(2000);
        return socket;
    }

    private static String tcp(String message) {
        return message.replace("SIP/2.0/UDP", "SIP/2.0/TCP");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// What comes until the end of a message without a body, or of the connection.
    private static String read(Socket socket) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            int next = socket.getInputStream().read();
            while (next >= 0) {
                bytes.write(next);
                if (bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                    break;
                }
                next = socket.getInputStream().read();
            }
        } catch (SocketTimeoutException e) {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    public void namesInMessagesAreNeverLookedUp() throws Exception {
        assertThatThrownBy(() -> InetAddress.getByName("control" + CountingResolver.POISON))
                .isInstanceOf(UnknownHostException.class);
        assertThat(CountingResolver.poisoned()).contains("control" + CountingResolver.POISON);
        Set<String> refused = new HashSet<>();
        try (TextPhone phone = phone("127.0.0.2", "full")) {
            for (int i = 0; i < 1000; i++) {
                String host = "h" + i + CountingResolver.POISON;
                String invite =
                        poisoned(phone.request("INVITE", 1, "dns" + i, SDP), phone, host)
                                .replace(phone.callId, phone.callId + "-" + i);
                phone.send(invite);
                // A datagram may be lost where many come at once, and is sent again then.
                for (int lost = 0; refused.size() <= i; ) {
                    String reply = phone.receive(1000);
                    if (reply.startsWith("SIP/2.0 503")) {
                        refused.add(TextPhone.header(reply, "Call-ID"));
                    } else if (reply.isEmpty()) {
                        assertThat(++lost).as("INVITE %d is not refused", i).isLessThan(60);
                        phone.send(invite);
                    }
                }
            }
        }
        try (TextPhone phone = phone("127.0.0.2", "200")) {
            String host = "call" + CountingResolver.POISON;
            phone.send(poisoned(phone.invite(SDP), phone, host)).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);
            call.leg.answer(SdpParser.parse(SDP));
            phone.expect("SIP/2.0 200 OK\r\n");
            phone.send(poisoned(phone.ack(""), phone, host));
            call.next(LegConfirmed.class);
            call.leg.end(EndCause.hangUp(EndCause.By.CALLEE));
            assertThat(phone.expect("BYE ")).contains(host);
        }

        assertThat(refused).hasSize(1000);
        assertThat(CountingResolver.poisoned())
                .containsExactly("control" + CountingResolver.POISON);
    }

    /// Every place of a message that names a host names this one.
    private static String poisoned(String message, TextPhone phone, String host) {
        return message.replaceFirst(
                        "Via: SIP/2.0/UDP [^;]*", "Via: SIP/2.0/UDP " + host + ":5060;rport")
                .replace("<sip:100@" + phone.at() + ">", "<sip:100@" + host + ">")
                .replaceFirst(
                        "\r\nContact:",
                        "\r\nRoute: <sip:127.0.0.1;lr>, <sip:r."
                                + host
                                + ";lr>\r\nRecord-Route: <sip:rr."
                                + host
                                + ";lr>\r\nContact:");
    }

    /// What an agent may type, and what a page may claim to be its name.
    @Test
    public void numbersAndNamesPutNothingIntoTheInvite() throws Exception {
        List<String> payloads =
                List.of(
                        "200\r\nX-Evil: 1",
                        "200\nX-Evil: 1",
                        "200\rX-Evil: 1",
                        "200\0X-Evil: 1",
                        "200\u010aX-Evil: 1",
                        "200\u010d\u010aX-Evil: 1",
                        "200\u2028X-Evil: 1",
                        "200%0d%0aX-Evil:%201",
                        "200\r\n\r\nBYE sip:x SIP/2.0",
                        "200>;tag=evil",
                        "200\"<sip:evil>",
                        "200@evil.example",
                        "200;transport=tcp",
                        "200?Route=evil",
                        "200 SIP/2.0");
        List<String> usual = headers(dialled("200", "Bob", "300"));
        for (String payload : payloads) {
            for (String[] who :
                    new String[][] {
                        {payload, "Bob", "300"}, {"200", payload, "300"}, {"200", "Bob", payload}
                    }) {
                String invite = dialled(who[0], who[1], who[2]);
                if (invite.isEmpty()) {
                    continue; // refused, which is as good
                }
                assertThat(headers(invite)).as(payload).isEqualTo(usual);
                String head = invite.substring(0, invite.indexOf("\r\n\r\n"));
                assertThat(head.replace("\r\n", "")).as(payload).matches("[ -~]*");
                Matcher uri =
                        Pattern.compile("INVITE sip:[^@ ;?<>]+@127\\.0\\.0\\.8:[0-9]+ SIP/2\\.0")
                                .matcher(invite.substring(0, invite.indexOf("\r\n")));
                assertThat(uri.matches()).as(invite).isTrue();
                assertThat(TextPhone.header(invite, "To")).matches("<sip:[^@<>]+@127.0.0.8>");
                assertThat(TextPhone.header(invite, "From"))
                        .matches("\"[^\"]*\" <sip:[^@<>]+@127.0.0.1>;tag=[0-9a-f]{32}");
            }
        }
    }

    private static List<String> headers(String invite) {
        return invite.substring(0, invite.indexOf("\r\n\r\n"))
                .lines()
                .skip(1)
                .map(line -> line.split(":", 2)[0])
                .toList();
    }

    /// The INVITE that a call out makes; empty when there is none.
    private String dialled(String number, String name, String caller) throws Exception {
        LegId id = new LegId(CallId.next(), 1);
        IncomingCall incoming =
                new IncomingCall(
                        "web",
                        new Party(caller, name),
                        new Party(number, ""),
                        new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                        Optional.empty(),
                        "bob/1");
        RecordingIntake.Call call = new RecordingIntake.Call(id.call(), incoming, null);
        Leg leg =
                endpoint.legs()
                        .ring(
                                id,
                                new Target.Trunk("far", number),
                                incoming,
                                Optional.of(sdp()),
                                call);
        String message = "";
        for (int i = 0; !message.startsWith("INVITE "); i++) {
            assertThat(i).as("what became of a call to %s", number).isLessThan(600);
            message = far.receive(100);
            // What is refused is not sent: then the call hears of it, and nothing comes.
            if (message.isEmpty() && !call.hasNoInput()) {
                return "";
            }
        }
        leg.end(EndCause.cancelled());
        far.answer(message, "486 Busy Here", "t1", "");
        for (String rest = ""; !rest.startsWith("ACK "); ) {
            rest = far.receive(Await.PATIENCE_MILLIS);
            assertThat(rest).as("the end of a call to %s", number).isNotEmpty();
        }
        return message;
    }

    private static SessionDescription sdp() throws SdpException {
        return SdpParser.parse(SDP);
    }
}
