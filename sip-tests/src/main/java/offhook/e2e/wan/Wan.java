package offhook.e2e.wan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The threads of all links of a test: one receives and decides, one waits for each delivery's
/// time.
///
/// ```
/// peer -> near socket of a Link -> Impairment -> far socket -> gateway, and back likewise
/// ```
public final class Wan implements AutoCloseable {
    private static final int BUFFER_BYTES = 2048;
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;

    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final DelayQueue<Delivery> deliveries = new DelayQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES); // the receiver's
    private final Selector selector;
    private final Thread deliverer;
    private volatile boolean closed; // written by anyone, read by the receiver

    /// What is done with the datagrams of a socket. On the receiving thread.
    @FunctionalInterface
    interface Receiver {
        void onDatagram(InetSocketAddress source, byte[] datagram, long nowNanos);
    }

    /// A datagram that waits for its time; of two with the same time the first decided goes first.
    private record Delivery(
            long dueNanos,
            long number,
            DatagramChannel through,
            InetSocketAddress to,
            ByteBuffer datagram)
            implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Delivery that = (Delivery) other;
            int byTime = Long.signum(dueNanos - that.dueNanos);
            return byTime != 0 ? byTime : Long.compare(number, that.number);
        }
    }

    public Wan() {
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("wan-in").start(this::receive);
        this.deliverer = Thread.ofPlatform().daemon().name("wan-out").start(this::deliver);
    }

    /// A link for peers that are told where the gateway is, as browsers are by its candidate.
    ///
    /// @param gateway where it really is
    public Link toward(InetSocketAddress gateway) {
        return Link.toward(this, gateway);
    }

    /// A link for a phone, which tells the gateway where it is.
    public PhoneLink ofPhone() {
        return new PhoneLink(this);
    }

    /// A link before a gateway that has bound a port at all addresses: what is sent to it at the
    /// loopback address comes here, as the socket of one address goes before that of all.
    public Link before(int port) {
        return Link.before(this, port);
    }

    /// Binds a socket of the loopback address.
    ///
    /// @param port 0 for any
    DatagramChannel open(int port, Receiver receiver) {
        return open(port, false, receiver);
    }

    /// @param shared whether somebody else may have the port, who shares it too
    DatagramChannel open(int port, boolean shared, Receiver receiver) {
        try {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, shared);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false);
            tell(() -> {
                try {
                    channel.register(selector, SelectionKey.OP_READ, receiver);
                } catch (ClosedChannelException e) {
                    // Closed before it was used.
                }
            });
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static InetSocketAddress addressOf(DatagramChannel channel) {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Has something done on the receiving thread.
    void tell(Runnable command) {
        commands.add(command);
        selector.wakeup();
    }

    /// Sends a datagram then.
    void deliver(long atNanos, DatagramChannel through, InetSocketAddress to, byte[] datagram) {
        deliveries.add(
                new Delivery(
                        atNanos,
                        numbers.getAndIncrement(),
                        through,
                        to,
                        ByteBuffer.wrap(datagram)));
    }

    private void receive() {
        try {
            while (!closed) {
                selector.select();
                obey();
                selector.selectedKeys().forEach(this::onReady);
                selector.selectedKeys().clear();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void obey() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    private void onReady(SelectionKey key) {
        if (!(key.channel() instanceof DatagramChannel channel)
                || !(key.attachment() instanceof Receiver receiver)) {
            return;
        }
        while (key.isValid()) {
            buffer.clear();
            try {
                if (!(channel.receive(buffer) instanceof InetSocketAddress source)) {
                    return;
                }
                // A command counts for what was sent after it was given.
                obey();
                byte[] datagram = new byte[buffer.flip().limit()];
                buffer.get(datagram);
                receiver.onDatagram(source, datagram, System.nanoTime());
            } catch (PortUnreachableException e) {
                // Whoever was there is gone; others may follow.
            } catch (IOException e) {
                key.cancel();
                return;
            }
        }
    }

    private void deliver() {
        try {
            while (true) {
                Delivery next = deliveries.take();
                try {
                    next.through.send(next.datagram, next.to);
                } catch (IOException e) {
                    // A network says nothing of what it does not deliver.
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        deliverer.interrupt();
    }
}
