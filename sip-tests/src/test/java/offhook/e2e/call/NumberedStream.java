package offhook.e2e.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import offhook.e2e.phone.PhoneMedia;
import offhook.e2e.process.Ports;

/// Silence of a phone in so many packets of known source and numbers, some of which are missing.
final class NumberedStream implements PhoneMedia {
    static final int SSRC = 0x0badcafe;
    static final int PACKETS = 100;

    /// 65,500 and the following: they wrap.
    static final int FIRST = 65_500;

    /// Every so many-th is not sent.
    static final int MISSING_EACH = 10;

    private static final long PTIME_NANOS = 20_000_000;

    private final DatagramSocket socket;
    private volatile int remotePort; // written by the call's thread, read by the test
    private volatile boolean done;
    private volatile boolean stopped;

    NumberedStream() {
        try {
            socket = new DatagramSocket(Ports.freePair(), InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int port() {
        return socket.getLocalPort();
    }

    /// The gateway's port.
    int remotePort() {
        return remotePort;
    }

    /// Whether all packets are sent.
    boolean isDone() {
        return done;
    }

    @Override
    public synchronized void onSdp(String sdp) {
        String media =
                sdp.lines().filter(line -> line.startsWith("m=audio ")).findFirst().orElseThrow();
        if (remotePort == 0) {
            remotePort = Integer.parseInt(media.split(" ", -1)[1]);
            Thread.ofPlatform().daemon().name("numbered").start(this::send);
        }
    }

    private void send() {
        byte[] packet = new byte[172];
        Arrays.fill(packet, (byte) 0xd5);
        InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), remotePort);
        long startNanos = System.nanoTime();
        try {
            for (int i = 0; i < PACKETS && !stopped; i++) {
                LockSupport.parkNanos(startNanos + i * PTIME_NANOS - System.nanoTime());
                ByteBuffer.wrap(packet)
                        .putShort((short) 0x8008)
                        .putShort((short) (FIRST + i))
                        .putInt(160 * i)
                        .putInt(SSRC);
                if (i % MISSING_EACH != MISSING_EACH / 2) {
                    socket.send(new DatagramPacket(packet, packet.length, to));
                }
            }
            done = true;
        } catch (IOException e) {
            if (!stopped) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        stopped = true;
        socket.close();
    }
}
