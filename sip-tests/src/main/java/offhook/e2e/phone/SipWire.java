package offhook.e2e.phone;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Where a phone's SIP messages go out and come in: a UDP socket or one TCP connection.
///
/// Its own thread reads and calls the receiver; any thread may send.
interface SipWire extends AutoCloseable {

    /// `UDP` or `TCP`, as a Via says it.
    String transport();

    InetSocketAddress local();

    /// What a phone says that is being closed, by its reader or a repetition, goes nowhere.
    void send(SipMessage message);

    @Override
    void close();

    static SipWire udp(InetAddress own, InetSocketAddress gateway, Consumer<SipMessage> receiver) {
        try {
            var socket = new DatagramSocket(new InetSocketAddress(own, 0));
            Thread.ofPlatform().daemon().name("phone-sip").start(() -> readUdp(socket, receiver));
            return new Udp(socket, (InetSocketAddress) socket.getLocalSocketAddress(), gateway);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SipWire tcp(InetAddress own, InetSocketAddress gateway, Consumer<SipMessage> receiver) {
        try {
            var socket = new Socket(gateway.getAddress(), gateway.getPort(), own, 0);
            socket.setTcpNoDelay(true);
            Thread.ofPlatform().daemon().name("phone-sip").start(() -> readTcp(socket, receiver));
            return new Tcp(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readUdp(DatagramSocket socket, Consumer<SipMessage> receiver) {
        byte[] buffer = new byte[65_535];
        try {
            while (true) {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                String text = new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8);
                if (!text.isBlank()) {
                    receiver.accept(SipMessage.parse(text));
                }
            }
        } catch (IOException e) {
            socket.close();
        }
    }

    /// Frames by Content-Length (RFC 3261 §18.3).
    private static void readTcp(Socket socket, Consumer<SipMessage> receiver) {
        try (InputStream in = new BufferedInputStream(socket.getInputStream())) {
            while (true) {
                String head = readHead(in);
                SipMessage message = SipMessage.parse(head);
                String length = message.header("Content-Length");
                byte[] body = in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
                receiver.accept(
                        new SipMessage(
                                message.startLine(),
                                message.headers(),
                                new String(body, StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            // Closed by either side: the phone's calls notice by their own deadlines.
        }
    }

    private static String readHead(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("end of stream");
            }
            if (head.size() == 0 && (b == '\r' || b == '\n')) {
                continue; // Keep-alives between messages (RFC 5626 §3.5.1).
            }
            head.write(b);
            if (b == '\n') {
                String text = head.toString(StandardCharsets.UTF_8);
                if (text.endsWith("\r\n\r\n")) {
                    return text;
                }
            }
        }
    }

    /// Unconnected, so that answers from another address are seen too.
    ///
    /// @param local which a closed socket no longer tells
    record Udp(DatagramSocket socket, InetSocketAddress local, InetSocketAddress gateway)
            implements SipWire {
        @Override
        public String transport() {
            return "UDP";
        }

        @Override
        public void send(SipMessage message) {
            byte[] bytes = message.toBytes();
            try {
                socket.send(new DatagramPacket(bytes, bytes.length, gateway));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    record Tcp(Socket socket) implements SipWire {
        @Override
        public String transport() {
            return "TCP";
        }

        @Override
        public InetSocketAddress local() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public void send(SipMessage message) {
            try {
                socket.getOutputStream().write(message.toBytes());
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
