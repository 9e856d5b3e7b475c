package offhook.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class PortPoolTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int FIRST = 28_400;

    private final List<PortPair> open = new ArrayList<>();
    private final List<PortPool> pools = new ArrayList<>();

    @BeforeMethod
    public void nothingIsOpen() {
        open.clear();
        pools.clear();
    }

    @AfterMethod
    public void closeAll() {
        open.forEach(PortPair::close);
        pools.forEach(PortPool::close);
    }

    private PortPool pool(int first, int last) {
        PortPool pool =
                new PortPool(
                        InetAddress.getLoopbackAddress(),
                        first,
                        last,
                        UdpEndpoint.Options.PLAIN,
                        new Random(5));
        pools.add(pool);
        return pool;
    }

    private PortPair acquire(PortPool pool, long now) {
        PortPair pair = pool.acquire(now).orElseThrow();
        open.add(pair);
        return pair;
    }

    @Test
    public void pairsAreEvenAndOddWithinTheRangeUntilItIsExhausted() {
        PortPool pool = pool(FIRST + 1, FIRST + 10);
        Set<Integer> ports = new HashSet<>();

        for (int i = 0; i < 4; i++) {
            PortPair pair = acquire(pool, 0);
            assertThat(pair.port()).isEven().isBetween(FIRST + 2, FIRST + 8);
            assertThat(pair.rtcp().localAddress().getPort()).isEqualTo(pair.port() + 1);
            ports.add(pair.port());
        }

        assertThat(ports).hasSize(4);
        assertThat(pool.acquire(0)).isEmpty();
        assertThat(pool.exhausted()).isEqualTo(1);
    }

    @Test
    public void aReleasedPairRestsForThirtySeconds() {
        PortPool pool = pool(FIRST, FIRST + 1);
        pool.release(acquire(pool, 0), 10 * SECOND);

        assertThat(pool.acquire(39 * SECOND)).isEmpty();
        assertThat(pool.resting()).isEqualTo(1);
        assertThat(acquire(pool, 40 * SECOND).port()).isEqualTo(FIRST);
    }

    @Test
    public void aPairThatNobodyWasToldOfIsFreeAtOnce() {
        PortPool pool = pool(FIRST, FIRST + 1);
        pool.giveBack(acquire(pool, 0));

        assertThat(pool.resting()).isZero();
        assertThat(acquire(pool, 0).port()).isEqualTo(FIRST);
    }

    @Test
    public void aPeerThatGoesOnSendingProlongsTheRestButNotForEver() throws IOException {
        PortPool pool = pool(FIRST, FIRST + 1);
        PortPair pair = acquire(pool, 0);
        InetSocketAddress port = pair.rtp().localAddress();
        pool.release(pair, 0);
        try (UdpEndpoint peer =
                UdpEndpoint.bind(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        UdpEndpoint.Options.PLAIN)) {
            PacketBuffer packet = new PacketBuffer().clear().append(new byte[172], 0, 172);

            long freeAt = 0;
            for (long second = 1; second < 400 && freeAt == 0; second++) {
                peer.send(packet, port);
                pool.tend(second * SECOND);
                freeAt = pool.used() == 0 ? second : 0;
            }

            assertThat(freeAt).isEqualTo(300);
        }
    }

    @Test
    public void aPortOfAnotherProgramIsPassedOver() throws IOException {
        PortPool pool = pool(FIRST, FIRST + 3);
        try (UdpEndpoint other =
                UdpEndpoint.bind(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), FIRST + 1),
                        UdpEndpoint.Options.PLAIN)) {
            assertThat(other.isOpen()).isTrue();
            assertThat(acquire(pool, 0).port()).isEqualTo(FIRST + 2);
            assertThat(pool.acquire(0)).isEmpty();
        }
        assertThat(acquire(pool, 0).port()).isEqualTo(FIRST);
    }

    @Test
    public void loopsGetDisjointPartsThatAreTheWholeRange() {
        List<PortPool> parts = pool(FIRST, FIRST + 19).split(3);
        Set<Integer> ports = new HashSet<>();

        for (PortPool part : parts) {
            assertThat(part.size()).isBetween(3, 4);
            for (int i = 0; i < part.size(); i++) {
                ports.add(acquire(part, 0).port());
            }
        }

        assertThat(ports).hasSize(10);
    }
}
