package offhook.sip;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.locks.LockSupport;
import offhook.sip.FrontDoor.Decision;

/// A UDP socket whose reader gets only what the [FrontDoor] lets pass, cut to the message's end.
/// JAIN-SIP's reader thread owns [#receive].
final class GuardedDatagramSocket extends DatagramSocket {

    private static final long PAUSE_NANOS = 100_000_000;

    private final FrontDoor door;
    private final ListenerWatch.Listener listener;

    GuardedDatagramSocket(InetSocketAddress bind, FrontDoor door) throws SocketException {
        super(bind);
        this.door = door;
        this.listener = door.listeners().add("udp", bind, this::isClosed);
    }

    private void record(DatagramPacket received) {
        door.recording()
                .received(
                        Transport.UDP,
                        (InetSocketAddress) getLocalSocketAddress(),
                        (InetSocketAddress) received.getSocketAddress(),
                        received.getData(),
                        received.getLength());
    }

    @Override
    public void send(DatagramPacket packet) throws IOException {
        // First, or the answer to it could be recorded before it.
        door.recording()
                .sent(
                        Transport.UDP,
                        (InetSocketAddress) getLocalSocketAddress(),
                        (InetSocketAddress) packet.getSocketAddress(),
                        packet.getData(),
                        packet.getLength());
        super.send(packet);
    }

    /// JAIN-SIP's reader asks again at once after an error, and would spin while it lasts.
    private void await(DatagramPacket packet) throws IOException {
        try {
            super.receive(packet);
        } catch (IOException e) {
            if (!isClosed()) {
                listener.failed(e);
                // No lock: the reading thread owns this socket's input and has nobody to wait for.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            throw e;
        }
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        listener.awaits();
        int capacityBytes = packet.getLength();
        while (true) {
            packet.setLength(capacityBytes);
            await(packet);
            Decision decision =
                    door.inspectDatagram(
                            packet.getData(),
                            packet.getLength(),
                            packet.getAddress(),
                            packet.getPort());
            switch (decision) {
                case Decision.Pass(int lengthBytes) -> {
                    packet.setLength(lengthBytes);
                    record(packet);
                    return;
                }
                case Decision.Answer(byte[] bytes, boolean _) -> {
                    record(packet);
                    send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                }
                case Decision.Drop _ -> {}
            }
        }
    }
}
