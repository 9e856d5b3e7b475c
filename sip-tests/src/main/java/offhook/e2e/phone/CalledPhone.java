package offhook.e2e.phone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;

/// A SIP telephone that is called: it says 100 to each INVITE, and the test says the rest. It is
/// there for whoever asks by OPTIONS.
///
/// Its own thread reads; the test's thread plays the calls.
public final class CalledPhone implements AutoCloseable {
    private static final int LONGEST = 65_535;

    private final List<CalledCall> calls = new CopyOnWriteArrayList<>();
    private final DatagramSocket socket;

    /// @param own address of this machine; the port is a free one
    public CalledPhone(InetAddress own) {
        this(new InetSocketAddress(own, Ports.freePair()));
    }

    /// @param own address of this machine, and a port that is free
    public CalledPhone(InetSocketAddress own) {
        try {
            socket = new DatagramSocket(own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("called-phone").start(this::read);
    }

    /// What a trunk's `uri` says to reach it.
    public String uri() {
        return "sip:%s;transport=udp".formatted(hostPort());
    }

    /// Waits for a call that nobody has taken yet.
    public CalledCall awaitCall(Duration limit) {
        return awaitCall("", limit);
    }

    /// The same of a call to this number; to any, if it is empty.
    public CalledCall awaitCall(String number, Duration limit) {
        Predicate<CalledCall> wanted =
                c ->
                        !c.isTaken()
                                && c.invite()
                                        .startLine()
                                        .startsWith(
                                                "INVITE sip:"
                                                        + (number.isEmpty() ? "" : number + "@"));
        Await.until(
                "a call at " + hostPort() + " to " + number,
                limit,
                () -> calls.stream().anyMatch(wanted));
        CalledCall call = calls.stream().filter(wanted).findFirst().orElseThrow();
        call.take();
        return call;
    }

    public int port() {
        return socket.getLocalPort();
    }

    InetAddress address() {
        return socket.getLocalAddress();
    }

    String hostPort() {
        return SipMessage.host(address()) + ":" + port();
    }

    void send(SipMessage message, InetSocketAddress to) {
        byte[] bytes = message.toBytes();
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        byte[] buffer = new byte[LONGEST];
        try {
            while (true) {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                String text = new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8);
                if (!text.isBlank()) {
                    onMessage(
                            SipMessage.parse(text), (InetSocketAddress) packet.getSocketAddress());
                }
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void onMessage(SipMessage message, InetSocketAddress from) {
        String callId = message.header("Call-ID");
        for (CalledCall call : calls) {
            if (call.callId().equals(callId)) {
                call.onMessage(message);
                return;
            }
        }
        if (!message.isResponse() && message.method().equals("OPTIONS")) {
            send(present(message), from);
        }
        if (!message.isResponse() && message.method().equals("INVITE")) {
            var call = new CalledCall(this, message, from);
            calls.add(call);
            call.trying();
        }
    }

    private static SipMessage present(SipMessage options) {
        List<String> headers = new ArrayList<>();
        for (String name : List.of("Via", "From", "Call-ID", "CSeq")) {
            headers.add(name + ": " + options.header(name));
        }
        headers.add("To: " + options.header("To") + ";tag=here");
        return new SipMessage("SIP/2.0 200 OK", headers, "");
    }

    @Override
    public void close() {
        calls.forEach(CalledCall::close);
        socket.close();
    }
}
