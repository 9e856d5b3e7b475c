package offhook.e2e.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Someone with a socket of their own who sends what they like, and counts what comes back.
final class Stranger implements AutoCloseable {
    private static final int TURNS_PER_SECOND = 50;
    private static final int LINGER_MILLIS = 300;

    private final DatagramSocket socket;

    private Stranger(DatagramSocket socket) {
        this.socket = socket;
    }

    static Stranger here() {
        return at("127.0.0.1");
    }

    /// @param address any of the loopback network
    static Stranger at(String address) {
        try {
            return new Stranger(
                    new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(byte[] datagram, InetSocketAddress to) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends for a while.
    ///
    /// @return how many were sent
    long spray(Supplier<byte[]> next, InetSocketAddress to, int perSecond, int seconds) {
        return atRate(perSecond, seconds, () -> send(next.get(), to));
    }

    /// Does something so many times a second.
    static long atRate(int perSecond, int seconds, Runnable action) {
        long startNanos = System.nanoTime();
        long done = 0;
        for (int turn = 0; turn < seconds * TURNS_PER_SECOND; turn++) {
            long due = startNanos + turn * (1_000_000_000L / TURNS_PER_SECOND);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            for (int i = 0; i < Math.max(1, perSecond / TURNS_PER_SECOND); i++) {
                action.run();
                done++;
            }
        }
        return done;
    }

    /// Bytes that anybody sent to this socket so far.
    long bytesReceived() {
        byte[] buffer = new byte[2048];
        long bytes = 0;
        try {
            socket.setSoTimeout(LINGER_MILLIS);
            // Bounded: a flood toward us is a failure, not a reason to wait for its end.
            for (int i = 0; i < 1_000; i++) {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                bytes += packet.getLength();
            }
        } catch (SocketTimeoutException e) {
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
