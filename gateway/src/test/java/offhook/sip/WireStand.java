package offhook.sip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.call.CallIntake;
import offhook.net.FreePorts;
import offhook.telemetry.Counters;
import offhook.tls.TestAuthority;

/// An endpoint on real sockets of every transport, and raw bytes that are sent to it. Its trunk is
/// all of 127.1.0.0/16, because a source that sends much nonsense is blocked.
final class WireStand implements AutoCloseable {

    /// How bytes get there.
    enum Way {
        UDP,
        TCP,
        TLS
    }

    /// Sent by one source before the next one takes its turn, so that none is blocked.
    private static final int MESSAGES_PER_SOURCE = 10;

    private static final int PATIENCE_MILLIS = 20_000;

    private final Counters counters = new Counters();
    private final TlsFolder folder = new TlsFolder();
    private final InetSocketAddress plain;
    private final InetSocketAddress secure;
    private final SipEndpoint endpoint;
    private int serial;

    WireStand(CallIntake intake) throws Exception {
        plain = FreePorts.nextAddress();
        secure = FreePorts.nextAddress();
        endpoint =
                folder.endpoint(
                        """
                        sip:
                          listen:
                            - "udp://127.0.0.1:%d"
                            - "tcp://127.0.0.1:%d"
                            - "tls://127.0.0.1:%d"
                          tls: {certificate: own.pem, key: key.pem}
                        trunks:
                          - {name: wide, addresses: [127.1.0.0/16], codecs: [PCMA]}
                        limits: {sip-requests-per-second: 5000, max-calls: 5000}
                        """
                                .formatted(plain.getPort(), plain.getPort(), secure.getPort()),
                        counters);
        endpoint.start(intake);
    }

    Counters counters() {
        return counters;
    }

    SipEndpoint endpoint() {
        return endpoint;
    }

    InetSocketAddress secure() {
        return secure;
    }

    /// An address of the trunk that has not sent much yet.
    String nextSource() {
        int source = serial++ / MESSAGES_PER_SOURCE;
        return "127.1." + source / 250 + "." + (1 + source % 250);
    }

    /// Sends bytes and then an OPTIONS that is in order, and reads what comes until that is
    /// answered.
    ///
    /// @return the replies, without that to the OPTIONS; ends with the empty text if the OPTIONS
    ///   was not answered, as when the connection was closed or the bytes want more of them
    List<String> exchange(Way way, byte[] message, int patienceMillis) throws Exception {
        String source = nextSource();
        if (way != Way.UDP) {
            try (Socket socket = connect(way, source)) {
                socket.setSoTimeout(patienceMillis);
                byte[] end = options(way, source, socket.getLocalPort());
                var both = new ByteArrayOutputStream();
                both.write(message);
                both.write(end);
                socket.getOutputStream().write(both.toByteArray());
                return replies(() -> read(socket.getInputStream()));
            } catch (SocketException e) {
                return List.of(""); // closed before it had all
            }
        }
        try (var socket = new DatagramSocket(new InetSocketAddress(source, 0))) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            for (byte[] each : List.of(message, options(way, source, socket.getLocalPort()))) {
                socket.send(new DatagramPacket(each, each.length, plain));
            }
            return replies(() -> read(socket));
        }
    }

    Socket connect(Way way, String source) throws Exception {
        if (way == Way.TLS) {
            return TextTls.connect(source, secure, TestAuthority.believer()).socket();
        }
        var socket = new Socket();
        socket.bind(new InetSocketAddress(source, 0));
        socket.connect(plain);
        return socket;
    }

    private interface Source {
        String next() throws IOException;
    }

    private static List<String> replies(Source source) throws IOException {
        List<String> replies = new ArrayList<>();
        String reply = source.next();
        while (!reply.isEmpty() && !reply.contains("\r\nCall-ID: the-end")) {
            replies.add(reply);
            reply = source.next();
        }
        if (reply.isEmpty()) {
            replies.add("");
        }
        return replies;
    }

    private static byte[] options(Way way, String source, int port) {
        return """
        OPTIONS sip:gw SIP/2.0
        Via: SIP/2.0/%s %s:%d;rport;branch=z9hG4bKend%d
        Max-Forwards: 70
        From: <sip:100@pbx>;tag=f
        To: <sip:gw>
        Call-ID: the-end
        CSeq: 1 OPTIONS
        Content-Length: 0

        """
                .formatted(way, source, port, System.nanoTime())
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String read(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return "";
        }
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
    }

    /// The next message without a body; empty at the end, and when none comes in time.
    static String read(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                bytes.write(next);
                if (next == '\n' && endsHead(bytes)) {
                    return bytes.toString(StandardCharsets.ISO_8859_1);
                }
            }
        } catch (SocketTimeoutException | SocketException e) {
            return "";
        }
        return "";
    }

    private static boolean endsHead(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n");
    }

    @Override
    public void close() throws IOException {
        endpoint.stop(Duration.ZERO);
        folder.close();
    }
}
