package offhook.e2e.web;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// One thread that carries the datagrams of many endpoints and calls each when it is due.
///
/// It takes a datagram as soon as it is there, or, when made by [#polling], only now and then.
///
/// It owns the endpoints; others reach them by [#ask] and [#tell].
public final class Reactor implements AutoCloseable {
    private static final int BUFFER_BYTES = 2048;
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;
    private static final int MAX_WAIT_MILLIS = 200;

    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final Selector selector;
    private final Thread thread;

    /// How often it looks for datagrams; 0: it waits for them.
    private final long pollNanos;

    // Of the reactor.
    private long nextPollNanos = System.nanoTime();
    private long nextDueNanos = nextPollNanos;

    private volatile boolean closed; // written by anyone, read by the reactor

    /// What lives on a reactor: an end of a call, with one socket.
    public interface Endpoint {
        /// Takes a datagram.
        ///
        /// @param datagram its bytes start at 0 and may be changed until this returns
        void onDatagram(ByteBuffer datagram, long nowNanos);

        /// When it wants to be called, on `System.nanoTime()`; [Long#MAX_VALUE]: not at all.
        /// Changes in [#onDue] and by commands only.
        long dueNanos();

        void onDue(long nowNanos);
    }

    public Reactor(String name) {
        this(name, Duration.ZERO);
    }

    private Reactor(String name, Duration every) {
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.pollNanos = every.toNanos();
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
        thread.start();
    }

    /// One for many endpoints of which nobody asks when exactly a datagram came: it sends when they
    /// are due, but collects what has come only once in a while. Whoever sends to it does not pay
    /// for waking it.
    public static Reactor polling(String name, Duration every) {
        return new Reactor(name, every);
    }

    /// Binds a socket of the loopback address for an endpoint.
    ///
    /// @param port 0 for any
    public DatagramChannel open(Endpoint endpoint, int port) {
        try {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false);
            tell(() -> add(channel, endpoint));
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(DatagramChannel channel, Endpoint endpoint) {
        try {
            channel.register(selector, SelectionKey.OP_READ, endpoint);
            endpoints.add(endpoint);
        } catch (ClosedChannelException e) {
            // Closed before it was used.
        }
    }

    /// Forgets an endpoint and closes its socket.
    public void remove(Endpoint endpoint, DatagramChannel channel) {
        tell(() -> {
            endpoints.remove(endpoint);
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// Has something done on the reactor.
    public void tell(Runnable command) {
        commands.add(command);
        wakeUp();
    }

    private void wakeUp() {
        if (pollNanos > 0) {
            LockSupport.unpark(thread);
        } else {
            selector.wakeup();
        }
    }

    /// Has something computed on the reactor, and waits for it.
    public <T> T ask(Supplier<T> question) {
        var answer = new CompletableFuture<T>();
        tell(() -> answer.complete(question.get()));
        return answer.join();
    }

    private void run() {
        try {
            while (!closed) {
                boolean commanded = carryOut();
                long nowNanos = System.nanoTime();
                if (commanded || nextDueNanos - nowNanos <= 0) {
                    callDue(nowNanos);
                }
                if (pollNanos > 0) {
                    poll();
                } else {
                    select();
                }
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @return whether there was anything
    private boolean carryOut() {
        boolean any = false;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
            any = true;
        }
        return any;
    }

    /// Calls who is due, and finds out who is next: a single walk, for it is done at each packet.
    private void callDue(long nowNanos) {
        long next = nowNanos + MAX_WAIT_MILLIS * 1_000_000L;
        for (int i = 0; i < endpoints.size(); i++) {
            Endpoint endpoint = endpoints.get(i);
            long due = endpoint.dueNanos();
            if (due != Long.MAX_VALUE && due - nowNanos <= 0) {
                endpoint.onDue(nowNanos);
                due = endpoint.dueNanos();
            }
            if (due != Long.MAX_VALUE && due - next < 0) {
                next = due;
            }
        }
        nextDueNanos = next;
    }

    private void select() throws IOException {
        long waitNanos = nextDueNanos - System.nanoTime();
        // select() waits whole milliseconds: rounded down, so that nobody is late.
        long waitMillis = Math.min(waitNanos / 1_000_000, MAX_WAIT_MILLIS);
        if (waitNanos <= 0) {
            selector.selectNow(this::onReady);
        } else {
            selector.select(this::onReady, Math.max(1, waitMillis));
        }
    }

    private void poll() throws IOException {
        long nowNanos = System.nanoTime();
        if (nextPollNanos - nowNanos <= 0) {
            nextPollNanos = nowNanos + pollNanos;
            selector.selectNow(this::onReady);
            return;
        }
        long waitNanos = Math.min(nextDueNanos, nextPollNanos) - nowNanos;
        if (waitNanos > 0 && commands.isEmpty()) {
            LockSupport.parkNanos(waitNanos);
        }
    }

    private void onReady(SelectionKey key) {
        if (!(key.channel() instanceof DatagramChannel channel)
                || !(key.attachment() instanceof Endpoint endpoint)) {
            return;
        }
        try {
            // An unconnected socket expects nobody yet; what comes to it is read and dropped. One
            // datagram a turn: a socket that has more is ready again.
            boolean expected = channel.isConnected();
            if (receive(channel, expected) && expected) {
                endpoint.onDatagram(buffer.flip(), System.nanoTime());
            }
        } catch (PortUnreachableException e) {
            // The gateway has closed its end, as it may.
        } catch (IOException e) {
            key.cancel();
        }
    }

    private boolean receive(DatagramChannel channel, boolean connected) throws IOException {
        buffer.clear();
        return connected ? channel.read(buffer) > 0 : channel.receive(buffer) != null;
    }

    @Override
    public void close() {
        closed = true;
        wakeUp();
    }
}
