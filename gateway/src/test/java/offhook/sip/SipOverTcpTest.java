package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.telemetry.Counter;
import org.testng.annotations.Test;

/// Calls over TCP, and connections of no good.
public class SipOverTcpTest extends EndpointStand {

    @Test
    public void callOverTcpWorksInPiecesAndBackToBack() throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server);
            socket.setSoTimeout(20_000);
            try (TextPhone text = phone("200")) {
                String tcp = "127.0.0.2:" + socket.getLocalPort();
                String invite = overTcp(text.invite(SDP), text, tcp);
                byte[] bytes = ("\r\n\r\n" + invite).getBytes(StandardCharsets.UTF_8);
                socket.getOutputStream().write(bytes, 0, 100);
                socket.getOutputStream().flush();
                socket.getOutputStream().write(bytes, 100, bytes.length - 100);
                assertThat(read(socket)).startsWith("SIP/2.0 100 ");
                RecordingIntake.Call call = intake.take(text.callId);

                call.leg.answer(description());
                String ok = read(socket);
                assertThat(ok).startsWith("SIP/2.0 200 ").contains(";transport=tcp>");
                String tag = ok.replaceAll("(?s).*\r\nTo: [^\r]*;tag=([0-9a-f]+).*", "$1");
                String to = "To: <sip:200@gw>;tag=" + tag;
                String ack = overTcp(text.ack(""), text, tcp).replace("To: <sip:200@gw>", to);
                String bye = overTcp(text.next("BYE", ""), text, tcp);
                bye = bye.replace("To: <sip:200@gw>", to);
                socket.getOutputStream().write((ack + bye).getBytes(StandardCharsets.UTF_8));

                call.next(LegConfirmed.class);
                call.next(LegEnded.class);
                assertThat(read(socket)).startsWith("SIP/2.0 200 ");
            }
        }
    }

    @Test
    public void answerThatCannotBeSentEndsTheCall() throws IOException {
        try (Socket socket = new Socket();
                TextPhone text = phone("200")) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server);
            socket.setSoTimeout(20_000);
            String tcp = "127.0.0.2:" + socket.getLocalPort();
            String invite = overTcp(text.invite(SDP), text, tcp);
            socket.getOutputStream().write(invite.getBytes(StandardCharsets.UTF_8));
            assertThat(read(socket)).startsWith("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(text.callId);
            socket.shutdownOutput();
            assertThat(readsToTheEnd(socket)).isEmpty();

            call.leg.answer(description());

            // Whether the stack tells of it at once or by the dialog's end is its own affair.
            assertThat(call.next(LegEnded.class, 20_000).cause().reason())
                    .isIn("network", "dialog-lost");
        }
    }

    @Test
    public void tcpConnectionOfGarbageIsClosed() throws IOException {
        assertClosedAtOnceAfter("GARBAGE\r\n\r\n");
        assertClosedAtOnceAfter("X: y\r\n".repeat(4000));
        assertClosedAtOnceAfter("INVITE sip:a SIP/2.0\r\nContent-Length: 99999\r\n\r\n");
    }

    @Test
    public void tcpConnectionOfEndlessEmptyLinesIsClosed() throws IOException {
        long before = counters.get(Counter.SIP_DROPPED_RATE);

        assertThat(closedAfter("\r\n".repeat(MessageStream.MAX_EMPTY_LINES + 1))).isTrue();

        assertThat(counters.get(Counter.SIP_DROPPED_RATE)).isEqualTo(before + 1);
    }

    @Test
    public void tcpConnectionThatNeverFinishesAMessageIsClosedAfter5Seconds() throws IOException {
        long startNanos = System.nanoTime();
        assertThat(closedAfter("I")).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                .isGreaterThan(Duration.ofSeconds(4));
    }

    @Test
    public void manyConnectionsThatStallAreAllClosedAndTheTrunkIsStillServed() throws IOException {
        List<Socket> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 230; i++) {
                Socket socket = new Socket();
                stalled.add(socket);
                socket.bind(new InetSocketAddress("127.0.0.4", 0));
                socket.connect(server);
                socket.getOutputStream().write('I');
            }
            for (Socket socket : stalled) {
                assertThat(readsToTheEnd(socket)).isEmpty();
            }
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
        try (TextPhone other = phone("200");
                TextPhone phone = phone("200");
                Socket socket = new Socket()) {
            other.send(other.request("OPTIONS", 1, "o", "")).expect("SIP/2.0 200 ");
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server);
            socket.setSoTimeout(20_000);
            String options = phone.request("OPTIONS", 2, "o2", "");
            String overTcp = overTcp(options, phone, "127.0.0.2:" + socket.getLocalPort());
            socket.getOutputStream().write(overTcp.getBytes(StandardCharsets.UTF_8));
            assertThat(read(socket)).startsWith("SIP/2.0 200 OK\r\n");
        }
    }

    private static String overTcp(String message, TextPhone phone, String tcp) {
        return message.replace("SIP/2.0/UDP", "SIP/2.0/TCP").replace(phone.at(), tcp);
    }

    /// The next message, without its body.
    static String read(Socket socket) throws IOException {
        StringBuilder message = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (message.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                throw new AssertionError("closed after " + message);
            }
            message.append((char) c);
        }
        String length = TextPhone.header(message.toString(), "Content-Length");
        in.readNBytes(Integer.parseInt(length));
        return message.toString();
    }

    /// Before the 5 s that an unfinished message has.
    private void assertClosedAtOnceAfter(String text) throws IOException {
        long startNanos = System.nanoTime();
        assertThat(closedAfter(text)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                .isLessThan(Duration.ofMillis(4_500));
    }

    private boolean closedAfter(String text) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return readsToTheEnd(socket).isEmpty();
        }
    }
}
