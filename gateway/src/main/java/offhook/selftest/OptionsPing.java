package offhook.selftest;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import offhook.dns.Server;
import offhook.fault.FailureWords;
import offhook.runtime.NanoClock;

/// One OPTIONS to one place (RFC 3261 §11), over UDP, TCP or TLS. Waits on the calling thread.
final class OptionsPing {

    private static final int PATIENCE_MILLIS = 3000;
    private static final int FIRST_WAIT_MILLIS = 500;
    private static final int MAX_BYTES = 8192;

    private final NanoClock clock;

    OptionsPing(NanoClock clock) {
        this.clock = clock;
    }

    /// What came back.
    ///
    /// @param status of the response; 0: none
    /// @param millis from the request, or the first byte of a connection, to the response
    /// @param why none came
    /// @param refused whether that is sure, and not just that nothing was heard
    record Reply(int status, double millis, String why, boolean refused) {}

    /// @param from where datagrams are sent from, so that a PBX knows us by it
    /// @param told the address that Via names
    /// @param tls for a connection by TLS; empty where none is made
    Reply ask(
            Server server,
            Optional<InetSocketAddress> from,
            InetAddress told,
            Optional<SSLContext> tls) {
        long began = clock.nanoTime();
        try {
            int status =
                    switch (server.transport()) {
                        case "udp" -> overUdp(server, from, told);
                        case "tcp" -> overTcp(server, told);
                        default -> overTls(server, told, tls.orElseThrow());
                    };
            double millis = (clock.nanoTime() - began) / (double) TimeUnit.MILLISECONDS.toNanos(1);
            return new Reply(status, millis, status == 0 ? "no answer" : "", false);
        } catch (SocketTimeoutException _) {
            return new Reply(0, 0, "no answer within " + PATIENCE_MILLIS / 1000 + " s", false);
        } catch (IOException e) {
            return new Reply(0, 0, FailureWords.of(e), true);
        }
    }

    private int overUdp(Server server, Optional<InetSocketAddress> from, InetAddress told)
            throws IOException {
        try (DatagramSocket socket = bound(from)) {
            socket.connect(new InetSocketAddress(server.address(), server.port()));
            byte[] request = request(server, told, socket.getLocalPort());
            byte[] answer = new byte[MAX_BYTES];
            int waited = 0;
            for (int wait = FIRST_WAIT_MILLIS; waited < PATIENCE_MILLIS; wait *= 2) {
                socket.send(new DatagramPacket(request, request.length));
                socket.setSoTimeout(Math.min(wait, PATIENCE_MILLIS - waited));
                waited += wait;
                try {
                    DatagramPacket packet = new DatagramPacket(answer, answer.length);
                    socket.receive(packet);
                    int status = status(answer, packet.getLength());
                    if (status > 0) {
                        return status;
                    }
                    // A request of its own, such as the OPTIONS by which a PBX looks after us.
                } catch (SocketTimeoutException _) {
                    // Sent again (RFC 3261 §17.1.2.1), as a datagram may be lost.
                }
            }
            return 0;
        }
    }

    /// Our own SIP port where it is free: many a PBX answers no other.
    private static DatagramSocket bound(Optional<InetSocketAddress> from) throws IOException {
        if (from.isPresent()) {
            DatagramSocket socket = new DatagramSocket(null);
            try {
                socket.bind(from.get());
                return socket;
            } catch (IOException _) {
                socket.close();
            }
        }
        return new DatagramSocket();
    }

    private static int overTcp(Server server, InetAddress told) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.address(), server.port()), PATIENCE_MILLIS);
            return exchange(socket, server, told);
        }
    }

    private static int overTls(Server server, InetAddress told, SSLContext tls) throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(server.address(), server.port()), PATIENCE_MILLIS);
            plain.setSoTimeout(PATIENCE_MILLIS);
            try (SSLSocket socket =
                    (SSLSocket)
                            tls.getSocketFactory()
                                    .createSocket(plain, server.host(), server.port(), true)) {
                socket.startHandshake();
                return exchange(socket, server, told);
            }
        }
    }

    private static int exchange(Socket socket, Server server, InetAddress told) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(request(server, told, socket.getLocalPort()));
        socket.getOutputStream().flush();
        byte[] answer = new byte[MAX_BYTES];
        InputStream in = socket.getInputStream();
        int length = 0;
        while (length < answer.length) {
            int read = in.read(answer, length, answer.length - length);
            if (read < 0) {
                throw new IOException("the connection was closed without an answer");
            }
            length += read;
            if (text(answer, length).contains("\r\n")) {
                return status(answer, length);
            }
        }
        return 0;
    }

    private static int status(byte[] answer, int length) {
        String[] words = text(answer, length).split(" ", 3);
        return words.length == 3 && words[0].equals("SIP/2.0") && words[1].matches("[1-6][0-9]{2}")
                ? Integer.parseInt(words[1])
                : 0;
    }

    private static String text(byte[] bytes, int length) {
        return new String(Arrays.copyOf(bytes, length), StandardCharsets.ISO_8859_1);
    }

    private static byte[] request(Server server, InetAddress told, int port) {
        String us = host(told) + ":" + port;
        String host = server.host().indexOf(':') >= 0 ? "[" + server.host() + "]" : server.host();
        String token = UUID.randomUUID().toString();
        return """
        OPTIONS sip:%s:%d SIP/2.0
        Via: SIP/2.0/%s %s;branch=z9hG4bK%s;rport
        Max-Forwards: 70
        From: <sip:selftest@%s>;tag=%s
        To: <sip:%s>
        Call-ID: %s
        CSeq: 1 OPTIONS
        Contact: <sip:selftest@%s>
        Accept: application/sdp
        Content-Length: 0

        """
                .formatted(
                        host,
                        server.port(),
                        server.transport().toUpperCase(Locale.ROOT),
                        us,
                        token,
                        host(told),
                        token.substring(0, 8),
                        host,
                        token,
                        us)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String host(InetAddress address) {
        String text = address.getHostAddress();
        return text.indexOf(':') >= 0 ? "[" + text + "]" : text;
    }
}
