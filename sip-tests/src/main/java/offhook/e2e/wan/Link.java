package offhook.e2e.wan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Both directions between peers and the gateway. Clean until it is told to be otherwise. Like a
/// NAT, it has a socket of its own toward the gateway for each address of the peers, and passes
/// what comes there back to it.
///
/// The receiving thread of its [Wan] owns it; tests reach it by commands.
public class Link implements AutoCloseable {
    /// Of the same machine as [InetAddress#getLoopbackAddress()].
    private static final InetAddress OTHER_LOOPBACK = InetAddress.ofLiteral("127.0.0.2");

    private static final Script CLEAN = Script.clean(0);

    private final Wan wan;
    private final DatagramChannel near;
    private final Map<InetSocketAddress, DatagramChannel> far = new HashMap<>();
    private final List<DatagramChannel> opened = new ArrayList<>();
    private final Direction toGateway = new Direction();
    private final Direction toPeer = new Direction();
    private @Nullable InetSocketAddress gateway;

    /// One way, with what it did under earlier scripts.
    private static final class Direction {
        private Impairment impairment = new Impairment(CLEAN);
        private long beganNanos = System.nanoTime();
        private Tally before = Tally.NONE;
        private long lastNanos;
        private IntPredicate passes = _ -> true;

        void follow(Script script) {
            before = tally();
            impairment = new Impairment(script);
            beganNanos = System.nanoTime();
        }

        Tally tally() {
            return before.plus(impairment.tally());
        }
    }

    Link(Wan wan) {
        this(wan, 0, false);
    }

    /// @param port where peers send; 0 for any
    /// @param shared whether somebody else has it too
    Link(Wan wan, int port, boolean shared) {
        this.wan = wan;
        this.near = wan.open(port, shared, this::onPeer);
        opened.add(near);
    }

    static Link before(Wan wan, int port) {
        var link = new Link(wan, port, true);
        link.gatewayAt(new InetSocketAddress(OTHER_LOOPBACK, port));
        return link;
    }

    static Link toward(Wan wan, InetSocketAddress gateway) {
        var link = new Link(wan);
        link.gatewayAt(gateway);
        return link;
    }

    /// Where peers are to send what is for the gateway.
    public InetSocketAddress address() {
        return Wan.addressOf(near);
    }

    /// Does as scripted from now on; what is under way is delivered as decided.
    public void impair(Script towardGateway, Script towardPeer) {
        wan.tell(() -> {
            toGateway.follow(towardGateway);
            toPeer.follow(towardPeer);
        });
    }

    /// The same both ways, with other luck.
    public void impair(Script script) {
        impair(script, script.seeded(~script.seed()));
    }

    /// Loses all datagrams of other kinds from now on, both ways, as a firewall does.
    ///
    /// @param wanted says by the first byte what passes (RFC 7983 §7)
    public void passOnly(IntPredicate wanted) {
        passOnly(wanted, wanted);
    }

    /// The same, each way its own.
    public void passOnly(IntPredicate towardGateway, IntPredicate towardPeer) {
        wan.tell(() -> {
            toGateway.passes = towardGateway;
            toPeer.passes = towardPeer;
        });
    }

    /// Passes everything from now on.
    public void clear() {
        impair(CLEAN);
    }

    /// What it did toward the gateway so far.
    public Tally towardGateway() {
        return ask(toGateway::tally);
    }

    /// What it did toward the peers so far.
    public Tally towardPeer() {
        return ask(toPeer::tally);
    }

    /// When the gateway last sent something, on `System.nanoTime()`, delivered or not.
    public long lastFromGatewayNanos() {
        return ask(() -> toPeer.lastNanos);
    }

    private <T> T ask(Supplier<T> question) {
        var answer = new CompletableFuture<T>();
        wan.tell(() -> answer.complete(question.get()));
        return answer.join();
    }

    final void gatewayAt(InetSocketAddress address) {
        wan.tell(() -> gateway = address);
    }

    /// Gives a peer a socket that the gateway already knows.
    ///
    /// @param port to be bound toward the gateway
    final void place(InetSocketAddress peer, int port) {
        DatagramChannel channel =
                wan.open(port, (_, datagram, now) -> onGateway(peer, datagram, now));
        wan.tell(() -> {
            far.put(peer, channel);
            opened.add(channel);
        });
    }

    private void onPeer(InetSocketAddress peer, byte[] datagram, long nowNanos) {
        InetSocketAddress to = gateway;
        if (to != null) {
            pass(toGateway, farOf(peer), to, datagram, nowNanos);
        }
    }

    private DatagramChannel farOf(InetSocketAddress peer) {
        DatagramChannel known = far.get(peer);
        if (known != null) {
            return known;
        }
        DatagramChannel fresh = wan.open(0, (_, datagram, now) -> onGateway(peer, datagram, now));
        far.put(peer, fresh);
        opened.add(fresh);
        return fresh;
    }

    private void onGateway(InetSocketAddress peer, byte[] datagram, long nowNanos) {
        pass(toPeer, near, peer, datagram, nowNanos);
    }

    private void pass(
            Direction direction,
            DatagramChannel through,
            InetSocketAddress to,
            byte[] datagram,
            long nowNanos) {
        direction.lastNanos = nowNanos;
        if (datagram.length > 0 && !direction.passes.test(datagram[0] & 0xFF)) {
            return;
        }
        Impairment.Fate fate =
                direction.impairment.next(datagram.length, nowNanos - direction.beganNanos);
        for (int copy = 0; copy < fate.copies(); copy++) {
            wan.deliver(direction.beganNanos + fate.atNanos(), through, to, datagram);
        }
    }

    @Override
    public void close() {
        wan.tell(() -> {
            for (DatagramChannel channel : opened) {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }
}
