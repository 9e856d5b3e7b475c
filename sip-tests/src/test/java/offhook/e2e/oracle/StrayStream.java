package offhook.e2e.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.Sound;
import offhook.e2e.speech.G711;

/// A peer that was never told that its call is over: PCMA each 20 ms to one port of the gateway.
public final class StrayStream implements AutoCloseable {
    private static final long STEP_NANOS = 20_000_000;
    private static final int SAMPLES = 160;

    private final DatagramSocket socket;
    private final InetSocketAddress target;
    private final Sound sound;
    private final Thread sender;
    private volatile boolean stopped; // written by the test, read by the sender
    private volatile int sent; // written by the sender, read by the test

    public StrayStream(InetAddress own, int gatewayPort, double hz) {
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort);
        this.sound = Sound.tone(hz, Voices.AMPLITUDE);
        try {
            this.socket = new DatagramSocket(new InetSocketAddress(own, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.sender = Thread.ofPlatform().daemon().name("stray").start(this::run);
    }

    /// Packets so far.
    public int sent() {
        return sent;
    }

    private void run() {
        long dueNanos = System.nanoTime();
        try {
            for (int k = 0; !stopped; k++) {
                ByteBuffer packet = ByteBuffer.allocate(12 + SAMPLES);
                packet.put((byte) 0x80).put((byte) 8).putShort((short) k).putInt(k * SAMPLES);
                packet.putInt(0x0BADCA11);
                for (int i = 0; i < SAMPLES; i++) {
                    packet.put(G711.PCMA.encode(sound.next()));
                }
                socket.send(new DatagramPacket(packet.array(), packet.capacity(), target));
                sent = k + 1;
                dueNanos += STEP_NANOS;
                while (System.nanoTime() - dueNanos < 0) {
                    LockSupport.parkNanos(dueNanos - System.nanoTime());
                }
            }
        } catch (IOException e) {
            stopped = true;
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.close();
    }
}
