package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import offhook.e2e.process.Ports;

/// Receives HEP version 3 as Homer does.
public final class HepCollector implements AutoCloseable {
    private final DatagramSocket socket;
    private final int port;
    private final List<byte[]> collected = new CopyOnWriteArrayList<>();

    private HepCollector(DatagramSocket socket) {
        this.socket = socket;
        this.port = socket.getLocalPort();
    }

    /// On a free port of this machine.
    public static HepCollector start() {
        return start(Ports.freePair());
    }

    private static HepCollector start(int port) {
        try {
            var collector =
                    new HepCollector(new DatagramSocket(port, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().start(collector::collect);
            return collector;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void collect() {
        byte[] buffer = new byte[65_535];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                collected.add(Arrays.copyOf(buffer, packet.getLength()));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    /// `udp://127.0.0.1:PORT`.
    public String uri() {
        return "udp://127.0.0.1:" + port;
    }

    public int count() {
        return collected.size();
    }

    /// All that came of a kind after so many of any: 1 is SIP, 5 RTCP as JSON. Each as its chunks.
    public List<Map<Integer, byte[]>> packets(int kind, int after) {
        return collected.stream()
                .skip(after)
                .map(HepCollector::chunks)
                .filter(packet -> number(packet.get(11)) == kind)
                .toList();
    }

    /// The chunks of a packet by their types (HEP3 network protocol specification §5).
    private static Map<Integer, byte[]> chunks(byte[] packet) {
        ByteBuffer in = ByteBuffer.wrap(packet);
        assertThat(in.getInt()).as("HEP3").isEqualTo(0x48455033);
        assertThat(in.getShort() & 0xffff).as("length").isEqualTo(packet.length);
        Map<Integer, byte[]> chunks = new TreeMap<>();
        while (in.hasRemaining()) {
            assertThat(in.getShort()).as("vendor").isZero();
            int type = in.getShort();
            byte[] value = new byte[(in.getShort() & 0xffff) - 6];
            in.get(value);
            assertThat(chunks.put(type, value)).as("chunk " + type).isNull();
        }
        return chunks;
    }

    /// A value as a number without sign.
    public static long number(byte[] value) {
        return new BigInteger(1, value).longValueExact();
    }

    /// A value as text.
    public static String text(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    /// Another one on its port, once this one is closed.
    public HepCollector again() {
        return start(port);
    }

    @Override
    public void close() {
        socket.close();
    }
}
