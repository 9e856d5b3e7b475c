package offhook.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Optional;

/// A non-blocking UDP socket. Receiving and sending throw nothing: what the network refuses is a
/// counted drop, as if it had been lost on the way. Owned by one media loop.
///
/// Several endpoints may share one port with [Options#reusePort()]. The kernel gives a datagram to
/// the endpoint that is connected to its source, if there is one, and otherwise to one of the
/// unconnected ones.
public final class UdpEndpoint implements AutoCloseable {

    /// How a socket is opened; a buffer size of 0 leaves the system's default.
    public record Options(boolean reusePort, int receiveBufferBytes, int sendBufferBytes) {

        /// A socket of its own port, with the system's buffers.
        public static final Options PLAIN = new Options(false, 0, 0);
    }

    /// What `receive` returns when no datagram waits.
    public static final int NOTHING = -1;

    /// ICMP errors that one call of `receive` passes over before it lets the loop go on.
    private static final int MAX_ERRORS_PER_RECEIVE = 8;

    private final DatagramChannel channel;
    private InetSocketAddress local;
    private Optional<SelectionKey> key = Optional.empty();
    private Traffic traffic = new Traffic();
    private boolean connected;
    private InetSocketAddress remote;
    private long received;
    private long sent;
    private long sendDrops;
    private long unreachable;

    private UdpEndpoint(DatagramChannel channel, InetSocketAddress local) {
        this.channel = channel;
        this.local = local;
        this.remote = local;
    }

    /// Opens a socket at the address; port 0 lets the system choose.
    public static UdpEndpoint bind(InetSocketAddress address, Options options) throws IOException {
        DatagramChannel channel =
                DatagramChannel.open(
                        address.getAddress() instanceof Inet4Address
                                ? StandardProtocolFamily.INET
                                : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            if (options.reusePort()) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            if (options.receiveBufferBytes() > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
            }
            if (options.sendBufferBytes() > 0) {
                channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferBytes());
            }
            channel.bind(address);
            return new UdpEndpoint(channel, (InetSocketAddress) channel.getLocalAddress());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// Ties the socket to one peer. Datagrams of others that came between binding and connecting
    /// are dropped.
    public UdpEndpoint connect(InetSocketAddress peer) throws IOException {
        channel.connect(peer);
        connected = true;
        remote = peer;
        local = (InetSocketAddress) channel.getLocalAddress();
        return this;
    }

    /// Where the socket is bound; once it is connected, the very address that the peer sees.
    public InetSocketAddress localAddress() {
        return local;
    }

    /// Registers for reading; the attachment comes back with the key.
    public SelectionKey register(Selector selector, Object attachment) throws IOException {
        SelectionKey registered = channel.register(selector, SelectionKey.OP_READ, attachment);
        key = Optional.of(registered);
        return registered;
    }

    /// Counts what goes through here in `shared` too, from now on.
    public void countIn(Traffic shared) {
        traffic = shared;
    }

    /// Takes the socket from its selector again, open as it is.
    public void unregister() {
        key.ifPresent(SelectionKey::cancel);
        key = Optional.empty();
    }

    /// Takes the next datagram into the buffer with its source; the caller notes the arrival.
    /// Returns its bytes, which may be 0, or [#NOTHING]. Longer datagrams than the buffer holds are
    /// cut, and are then no valid packet of any kind we know.
    public int receive(PacketBuffer packet) {
        for (int errors = 0; errors < MAX_ERRORS_PER_RECEIVE; errors++) {
            try {
                return connected ? receiveConnected(packet) : receiveFromAnyone(packet);
            } catch (PortUnreachableException _) {
                unreachable++;
            } catch (IOException _) {
                return NOTHING;
            }
        }
        return NOTHING;
    }

    private int receiveConnected(PacketBuffer packet) throws IOException {
        ByteBuffer into = packet.emptyView();
        // A read of 0 bytes is an empty datagram or none at all; neither is of use.
        int read = channel.read(into);
        if (read <= 0) {
            return NOTHING;
        }
        countReceived();
        packet.range(PacketBuffer.HEAD_ROOM_BYTES, read).source(remote);
        return read;
    }

    private int receiveFromAnyone(PacketBuffer packet) throws IOException {
        ByteBuffer into = packet.emptyView();
        SocketAddress from = channel.receive(into);
        if (!(from instanceof InetSocketAddress source)) {
            return NOTHING;
        }
        countReceived();
        int read = into.position() - PacketBuffer.HEAD_ROOM_BYTES;
        packet.range(PacketBuffer.HEAD_ROOM_BYTES, read).source(source);
        return read;
    }

    /// Sends to the connected peer; false if the socket refused it.
    public boolean send(PacketBuffer packet) {
        try {
            ByteBuffer from = packet.view();
            return counted(channel.write(from) == packet.length());
        } catch (PortUnreachableException _) {
            // The error belongs to an earlier datagram; this one was not sent either.
            unreachable++;
            return counted(false);
        } catch (IOException _) {
            return counted(false);
        }
    }

    /// Sends to the address; false if the socket refused it.
    public boolean send(PacketBuffer packet, InetSocketAddress to) {
        try {
            ByteBuffer from = packet.view();
            return counted(channel.send(from, to) == packet.length());
        } catch (PortUnreachableException _) {
            unreachable++;
            return counted(false);
        } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException _) {
            return counted(false);
        }
    }

    private void countReceived() {
        received++;
        traffic.countReceived();
    }

    private boolean counted(boolean ok) {
        if (ok) {
            sent++;
            traffic.countSent();
        } else {
            sendDrops++;
        }
        return ok;
    }

    /// Datagrams received.
    public long received() {
        return received;
    }

    /// Datagrams sent.
    public long sent() {
        return sent;
    }

    /// Datagrams that the socket refused to send.
    public long sendDrops() {
        return sendDrops;
    }

    /// ICMP "port unreachable" answers of the connected peer.
    public long unreachable() {
        return unreachable;
    }

    /// Whether the socket is open.
    public boolean isOpen() {
        return channel.isOpen();
    }

    /// Closes the socket; again is nothing.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // The descriptor is gone either way.
        }
    }
}
