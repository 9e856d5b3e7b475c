package offhook.sip;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Lets TCP connections in and out by the address of the peer. Any thread.
final class TcpDoor implements StreamDoor {

    private final FrontDoor door;
    private final ConnectionCount inbound = new ConnectionCount(MAX_CONNECTIONS);
    private final ConnectionCount outbound = new ConnectionCount(MAX_CONNECTIONS);

    TcpDoor(FrontDoor door) {
        this.door = door;
    }

    @Override
    public FrontDoor door() {
        return door;
    }

    @Override
    public Optional<Runnable> admit(InetAddress source) {
        return door.admitConnection(source)
                .filter(inbound::take)
                .map(trunk -> () -> inbound.giveBack(trunk));
    }

    @Override
    public void accept(GuardedSocket socket) throws IOException {
        try {
            socket.open();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public GuardedSocket connect(InetAddress address, int port) throws IOException {
        String trunk =
                door.trunkOf(address)
                        .orElseThrow(() -> new ConnectException("the address is of no trunk"));
        if (!outbound.take(trunk)) {
            throw new ConnectException("too many connections to the trunk");
        }
        boolean placed = false;
        GuardedSocket socket = new GuardedSocket(door, false);
        try {
            socket.connect(new InetSocketAddress(address, port), CONNECT_TIMEOUT_MILLIS);
            placed = true;
            socket.opened(() -> outbound.giveBack(trunk));
            socket.open();
            return socket;
        } catch (IOException e) {
            socket.close();
            if (!placed) {
                outbound.giveBack(trunk);
            }
            throw e;
        }
    }

    @Override
    public boolean answersElsewhere() {
        return true;
    }
}
