package offhook.net;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Hands out pairs of trunk ports from a range. A pair that comes back rests, still bound, until 30
/// seconds have passed without a datagram, so that a peer which goes on sending after its call is
/// not heard in another (RFC 3550 §11 for the pairs). Each pair is looked for from a random place,
/// so that the next port cannot be guessed.
///
/// Owned by one media loop: loops get disjoint parts of the range by [#split(int)].
public final class PortPool {

    /// How long a released pair must be silent before it is used again.
    public static final long REST_NANOS = 30_000_000_000L;

    /// How long a peer that never falls silent can keep a pair from use.
    public static final long LONGEST_REST_NANOS = 10 * REST_NANOS;

    /// Datagrams taken from a resting socket at a time.
    static final int MAX_DRAIN = 4;

    /// Ports of other programs that are passed over for one pair.
    private static final int MAX_TAKEN = 64;

    private final InetAddress local;
    private final int firstPort;
    private final int pairs;
    private final RandomGenerator random;
    private final UdpEndpoint.Options options;
    private final BitSet used = new BitSet();
    private final Deque<PortPair> resting = new ArrayDeque<>();
    private final PacketBuffer scratch = new PacketBuffer();
    private long exhausted;
    private String trouble = "";

    /// A pool of the even and odd ports within `first` and `last`, both included, on the local
    /// address.
    public PortPool(
            InetAddress local,
            int first,
            int last,
            UdpEndpoint.Options options,
            RandomGenerator random) {
        if (first < 1 || last > 65535) {
            throw new IllegalArgumentException(first + "-" + last + " is not a range of ports");
        }
        this.local = local;
        this.firstPort = first + (first & 1);
        this.pairs = Math.max(0, (last + 1 - firstPort) / 2);
        this.options = options;
        this.random = random;
    }

    /// As many pools as there are loops, each with its own part of this range; this pool, from
    /// which nothing may have been taken, must not be used after.
    public List<PortPool> split(int parts) {
        if (!used.isEmpty()) {
            throw new IllegalStateException("split before the first pair is taken");
        }
        List<PortPool> pools = new ArrayList<>(parts);
        for (int i = 0; i < parts; i++) {
            int from = (int) ((long) pairs * i / parts);
            int to = (int) ((long) pairs * (i + 1) / parts);
            pools.add(
                    new PortPool(
                            local, firstPort + 2 * from, firstPort + 2 * to - 1, options, random));
        }
        return pools;
    }

    /// A bound pair, or nothing when all are in use, at rest or taken by other programs, or when
    /// the system opens no sockets ([#trouble()]).
    public Optional<PortPair> acquire(long nowNanos) {
        tend(nowNanos);
        trouble = "";
        int start = pairs == 0 ? 0 : random.nextInt(pairs);
        int taken = 0;
        for (int i = 0; i < pairs && taken < MAX_TAKEN && trouble.isEmpty(); i++) {
            int index = (start + i) % pairs;
            if (used.get(index)) {
                continue;
            }
            Optional<PortPair> pair = bind(firstPort + 2 * index);
            if (pair.isPresent()) {
                used.set(index);
                return pair;
            }
            taken++;
        }
        exhausted++;
        return Optional.empty();
    }

    private Optional<PortPair> bind(int port) {
        Optional<UdpEndpoint> rtp = open(port);
        if (rtp.isEmpty()) {
            return Optional.empty();
        }
        Optional<UdpEndpoint> rtcp = open(port + 1);
        if (rtcp.isEmpty()) {
            rtp.get().close();
        }
        return rtcp.map(second -> new PortPair(this, rtp.get(), second));
    }

    private Optional<UdpEndpoint> open(int port) {
        try {
            return Optional.of(UdpEndpoint.bind(new InetSocketAddress(local, port), options));
        } catch (BindException _) {
            return Optional.empty(); // somebody else's
        } catch (IOException e) {
            trouble = String.valueOf(e.getMessage());
            return Optional.empty();
        }
    }

    /// Takes back a pair that no peer was ever told of: it can be used again at once.
    public void giveBack(PortPair pair) {
        used.clear((pair.port() - firstPort) / 2);
        pair.close();
    }

    /// Puts a pair to rest: it leaves its selector, and its datagrams are dropped here.
    public void release(PortPair pair, long nowNanos) {
        pair.rtp().unregister();
        pair.rtcp().unregister();
        pair.drain(scratch);
        pair.rest(nowNanos + REST_NANOS, nowNanos + LONGEST_REST_NANOS);
        resting.add(pair);
    }

    /// Drains the resting pairs and frees those that have been silent long enough. To be called
    /// about once a second.
    public void tend(long nowNanos) {
        for (int left = resting.size(); left > 0; left--) {
            PortPair pair = resting.remove();
            if (pair.drain(scratch)) {
                pair.restLonger(nowNanos + REST_NANOS);
            }
            if (pair.rested(nowNanos)) {
                used.clear((pair.port() - firstPort) / 2);
                pair.close();
            } else {
                resting.add(pair);
            }
        }
    }

    /// Closes the resting pairs, at the end of the loop.
    public void close() {
        resting.forEach(PortPair::close);
        resting.clear();
    }

    /// Pairs of the range.
    public int size() {
        return pairs;
    }

    /// Pairs that are out or at rest.
    public int used() {
        return used.cardinality();
    }

    /// Pairs at rest.
    public int resting() {
        return resting.size();
    }

    /// Why the system opened no socket at the last attempt, as it says it, such as `Too many open
    /// files`: no other port would have helped. Empty when that was not what was wrong.
    public String trouble() {
        return trouble;
    }

    /// Times that no pair could be had.
    public long exhausted() {
        return exhausted;
    }
}
