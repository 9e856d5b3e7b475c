package offhook.e2e.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/// A stateless proxy (RFC 3261 §16.11) that sends every request back to where all of them come
/// from. Its own thread does so.
final class CircleProxy implements AutoCloseable {
    private static final Pattern HOPS = Pattern.compile("(?i)\r\nMax-Forwards: *(\\d+)");

    private final DatagramSocket socket;
    private volatile InetSocketAddress gateway; // written by the test, read by the thread

    /// @param address any of the loopback network
    CircleProxy(String address) {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        gateway = new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
        Thread.ofPlatform().daemon().name("circle-proxy").start(this::run);
    }

    String at() {
        return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    void sendTo(InetSocketAddress to) {
        gateway = to;
    }

    private void run() {
        byte[] buffer = new byte[65_535];
        try {
            while (true) {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                String text = new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8);
                byte[] onward =
                        (text.startsWith("SIP/2.0 ") ? withoutOurVia(text) : withOurVia(text))
                                .getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(onward, onward.length, gateway));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    /// The branch is a function of the request's own, so that what belongs together stays so.
    private String withOurVia(String request) {
        int line = request.indexOf("\r\n") + 2;
        String top = request.substring(line, request.indexOf("\r\n", line));
        String branch =
                UUID.nameUUIDFromBytes(
                                top.replaceAll(".*branch=", "").getBytes(StandardCharsets.UTF_8))
                        .toString();
        String hops =
                HOPS.matcher(request)
                        .replaceFirst(
                                m -> "\r\nMax-Forwards: " + (Integer.parseInt(m.group(1)) - 1));
        return hops.substring(0, line)
                + "Via: SIP/2.0/UDP "
                + at()
                + ";branch=z9hG4bK"
                + branch
                + "\r\n"
                + hops.substring(line);
    }

    private static String withoutOurVia(String response) {
        List<String> lines = new ArrayList<>(List.of(response.split("\r\n", -1)));
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).toLowerCase(Locale.ROOT).startsWith("via:")) {
                String first = lines.remove(i);
                int comma = first.indexOf(',');
                if (comma >= 0) { // RFC 3261 §7.3.1: one line may hold them all
                    lines.add(i, "Via: " + first.substring(comma + 1).strip());
                }
                break;
            }
        }
        return String.join("\r\n", lines);
    }

    @Override
    public void close() {
        socket.close();
    }
}
