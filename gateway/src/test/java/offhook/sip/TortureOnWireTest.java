package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocket;
import offhook.sip.WireStand.Way;
import offhook.telemetry.Counter;
import offhook.tls.TestAuthority;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The messages of RFC 4475 and RFC 5118 on real sockets of each transport, and messages that a TLS
/// connection brings in pieces.
public class TortureOnWireTest {

    private static final int BRIEF_MILLIS = 200;
    private static final int LONG_MILLIS = 2500;

    private final RecordingIntake intake = new RecordingIntake();
    private final Map<Way, Map<String, String>> statuses = new EnumMap<>(Way.class);
    private WireStand stand;

    @BeforeClass
    public void start() throws Exception {
        stand = new WireStand(intake);
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws IOException {
        stand.close();
    }

    @DataProvider
    public Object[][] ways() {
        return new Object[][] {{Way.UDP}, {Way.TCP}, {Way.TLS}};
    }

    @Test(dataProvider = "ways")
    public void tortureIsAnsweredStrictlyOrNotAtAll(Way way) throws Exception {
        Map<String, String> answered = statuses(way);

        assertThat(answered.values().stream().filter(s -> !s.isEmpty()).count()).isGreaterThan(15);
        assertThat(stand.counters().get(Counter.CALL_BUGS)).isZero();
        assertThat(stand.exchange(way, new byte[0], TextPhone.PATIENCE_MILLIS))
                .as("alive")
                .isEmpty();
        statuses.put(way, answered);
    }

    /// What the front door refuses, before the stack sees it (and says 481, or 482 of a message
    /// that it had shortly before: over another transport, or sent again here for its slow answer).
    @Test(dependsOnMethods = "tortureIsAnsweredStrictlyOrNotAtAll")
    public void tlsRefusesWhatTcpDoes() throws Exception {
        askAgainWithPatience(Way.TCP, Way.TLS);
        askAgainWithPatience(Way.TLS, Way.TCP);
        Map<String, String> tcp = refused(Way.TCP);
        Map<String, String> tls = refused(Way.TLS);
        for (Map<String, String> each : List.of(statuses.get(Way.TCP), statuses.get(Way.TLS))) {
            List<String> ofTheStack =
                    each.keySet().stream()
                            .filter(m -> each.get(m).matches("SIP/2.0 48[12] .*"))
                            .toList();
            tcp.keySet().removeAll(ofTheStack);
            tls.keySet().removeAll(ofTheStack);
        }

        assertThat(tls).isEqualTo(tcp).hasSizeGreaterThan(25);
    }

    /// What one way had refused and the other had not was perhaps answered too late, or behind
    /// another answer to the same bytes.
    private void askAgainWithPatience(Way refusing, Way silent) throws Exception {
        Map<String, String> answered = statuses.get(silent);
        for (TortureMessages.Message message : TortureMessages.all()) {
            for (int attempt = 0;
                    attempt < 5
                            && refused(refusing).containsKey(message.file())
                            && !refused(silent).containsKey(message.file());
                    attempt++) {
                byte[] again = viaUs(message, silent);
                List<String> replies = stand.exchange(silent, again, TextPhone.PATIENCE_MILLIS);
                answered.put(message.file(), first(replies, message));
                intake.endAll();
            }
        }
    }

    private Map<String, String> refused(Way way) {
        var refused = new TreeMap<>(statuses.get(way));
        refused.values().removeIf(s -> !s.matches("SIP/2.0 [45].*"));
        return refused;
    }

    /// The first line of each answer, by the message.
    private Map<String, String> statuses(Way way) throws Exception {
        Map<String, String> statuses = new TreeMap<>();
        for (TortureMessages.Message message : TortureMessages.all()) {
            List<String> replies = stand.exchange(way, viaUs(message, way), BRIEF_MILLIS);
            if (replies.equals(List.of(""))) { // one that wants more bytes, or a slow machine
                replies = stand.exchange(way, viaUs(message, way), LONG_MILLIS);
            }
            statuses.put(message.file(), first(replies, message));
            intake.endAll();
        }
        return statuses;
    }

    /// The first line of the first answer; empty when there is none.
    private static String first(List<String> replies, TortureMessages.Message message) {
        String first = "";
        for (String reply : replies) {
            if (!reply.isEmpty()) {
                StrictReply.check(reply, message.file());
                first = first.isEmpty() ? reply.lines().findFirst().orElseThrow() : first;
            }
        }
        return first;
    }

    /// Our own Via above the others, so that answers come here.
    private static byte[] viaUs(TortureMessages.Message message, Way way) {
        String text = new String(message.bytes(), StandardCharsets.ISO_8859_1);
        int line = text.indexOf("\r\n") + 2;
        String via =
                "Via: SIP/2.0/%s 127.1.9.9:5999;rport;branch=z9hG4bKtorture%d\r\n"
                        .formatted(way, System.nanoTime());
        return bytes(text.substring(0, line) + via + text.substring(line));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Lengths of the pieces, again and again.
    @DataProvider
    public Object[][] cuts() {
        return new Object[][] {
            {new int[] {1}}, {new int[] {2, 3, 5, 7}}, {new int[] {127, 1}}, {new int[] {1000, 3}}
        };
    }

    /// Each piece is a record of its own, however the lines and the bodies lie.
    @Test(dataProvider = "cuts")
    public void messagesInPiecesOfRecordsAreWholeMessages(int[] lengths) throws Exception {
        try (Socket socket = stand.connect(Way.TLS, stand.nextSource())) {
            socket.setTcpNoDelay(true);
            assertAllAnswered(socket, lengths);
        }
    }

    /// Each record comes in pieces of segments.
    @Test(dataProvider = "cuts")
    public void recordsInPiecesOfSegmentsAreWholeMessages(int[] lengths) throws Exception {
        try (var pieces = new CuttingSocket(lengths)) {
            pieces.bind(new InetSocketAddress(stand.nextSource(), 0));
            pieces.connect(stand.secure());
            pieces.setTcpNoDelay(true);
            SSLSocket socket =
                    (SSLSocket)
                            TestAuthority.believer()
                                    .getSocketFactory()
                                    .createSocket(
                                            pieces, "127.0.0.1", stand.secure().getPort(), true);
            socket.startHandshake();
            assertAllAnswered(socket, new int[] {1 << 14});
        }
    }

    /// Sends requests with and without bodies, all in one go, and wants each answered in its turn.
    private static void assertAllAnswered(Socket socket, int[] lengths) throws IOException {
        socket.setSoTimeout(TextPhone.PATIENCE_MILLIS);
        var all = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String body = "x\r\n\r\ny".repeat(i % 3 * 20);
            String callId = "cut-" + i + "-" + System.nanoTime();
            all.write(bytes(options(socket.getLocalPort(), callId, body)));
            expected.add("SIP/2.0 200 OK " + callId);
        }
        cut(all.toByteArray(), socket.getOutputStream(), lengths);

        List<String> answers = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            String reply = WireStand.read(socket.getInputStream());
            StrictReply.check(reply, expected.get(i));
            answers.add(
                    reply.lines().findFirst().orElseThrow()
                            + " "
                            + TextPhone.header(reply, "Call-ID"));
        }
        assertThat(answers).containsExactlyElementsOf(expected);
    }

    private static String options(int port, String callId, String body) {
        return """
        OPTIONS sip:gw SIP/2.0
        Via: SIP/2.0/TLS 127.1.0.1:%d;rport;branch=z9hG4bK%s
        Max-Forwards: 70
        From: <sip:100@pbx>;tag=f
        To: <sip:gw>
        Call-ID: %s
        CSeq: 1 OPTIONS
        %sContent-Length: %d

        """
                        .formatted(
                                port,
                                callId,
                                callId,
                                body.isEmpty() ? "" : "Content-Type: text/plain\n",
                                body.length())
                        .replace("\n", "\r\n")
                + body;
    }

    private static void cut(byte[] bytes, OutputStream out, int[] lengths) throws IOException {
        int at = 0;
        for (int piece = 0; at < bytes.length; piece++) {
            int length = Math.min(bytes.length - at, lengths[piece % lengths.length]);
            out.write(bytes, at, length);
            out.flush();
            at += length;
        }
    }

    /// A socket that writes whatever it is given in small pieces.
    private static final class CuttingSocket extends Socket {
        private final int[] lengths;

        CuttingSocket(int[] lengths) {
            this.lengths = lengths;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    cut(Arrays.copyOfRange(bytes, from, from + length), out, lengths);
                }
            };
        }
    }
}
