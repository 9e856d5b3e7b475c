package offhook.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class UdpEndpointTest {

    private static final UdpEndpoint.Options SHARED = new UdpEndpoint.Options(true, 262_144, 0);

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static UdpEndpoint plain() throws IOException {
        return UdpEndpoint.bind(loopback(0), UdpEndpoint.Options.PLAIN);
    }

    private static PacketBuffer packet(int... bytes) {
        PacketBuffer packet = new PacketBuffer().clear();
        for (int b : bytes) {
            packet.append(new byte[] {(byte) b}, 0, 1);
        }
        return packet;
    }

    /// Waits in a selector, 2 s at most, until the endpoint can be read.
    private static int receive(UdpEndpoint endpoint, PacketBuffer into) throws IOException {
        try (Selector selector = Selector.open()) {
            endpoint.register(selector, endpoint);
            selector.select(2000);
            endpoint.unregister();
            selector.selectNow();
        }
        return endpoint.receive(into);
    }

    @Test
    public void aDatagramArrivesWithItsSource() throws IOException {
        try (UdpEndpoint a = plain();
                UdpEndpoint b = plain()) {
            PacketBuffer into = new PacketBuffer();

            assertThat(a.send(packet(1, 2, 3), b.localAddress())).isTrue();

            assertThat(receive(b, into)).isEqualTo(3);
            assertThat(into.length()).isEqualTo(3);
            assertThat(into.bytes()[into.offset()]).isEqualTo((byte) 1);
            assertThat(into.source()).isEqualTo(a.localAddress());
            assertThat(b.receive(into)).isEqualTo(UdpEndpoint.NOTHING);
        }
    }

    @Test
    public void aSharedPortGivesAConnectedSocketItsPeerAndTheRestToTheOthers() throws IOException {
        try (UdpEndpoint browser = plain();
                UdpEndpoint stranger = plain();
                UdpEndpoint shared = UdpEndpoint.bind(loopback(0), SHARED)) {
            InetSocketAddress port = shared.localAddress();
            try (UdpEndpoint own = UdpEndpoint.bind(port, SHARED).connect(browser.localAddress())) {
                PacketBuffer into = new PacketBuffer();

                for (int i = 0; i < 20; i++) {
                    browser.send(packet(7), port);
                    stranger.send(packet(8), port);
                    assertThat(receive(own, into)).isEqualTo(1);
                    assertThat(into.bytes()[into.offset()]).isEqualTo((byte) 7);
                    assertThat(into.source()).isEqualTo(browser.localAddress());
                    assertThat(receive(shared, into)).isEqualTo(1);
                    assertThat(into.source()).isEqualTo(stranger.localAddress());
                }
                assertThat(own.receive(into)).isEqualTo(UdpEndpoint.NOTHING);
                assertThat(shared.receive(into)).isEqualTo(UdpEndpoint.NOTHING);
                assertThat(own.send(packet(9))).isTrue();
                assertThat(receive(browser, into)).isEqualTo(1);
                assertThat(into.source()).isEqualTo(port);
            }
        }
    }

    @Test
    public void whatTheNetworkRefusesIsACountedDrop() throws IOException {
        InetSocketAddress gone;
        try (UdpEndpoint closed = plain()) {
            gone = closed.localAddress();
        }
        try (UdpEndpoint endpoint = plain()) {
            endpoint.connect(gone);
            for (int i = 0; i < 10; i++) {
                endpoint.send(packet(1));
            }

            assertThat(endpoint.receive(new PacketBuffer())).isEqualTo(UdpEndpoint.NOTHING);
            assertThat(endpoint.unreachable()).isPositive();
            assertThat(endpoint.sendDrops() + endpoint.sent()).isEqualTo(10);
            assertThat(endpoint.sendDrops()).isPositive();
        }
        try (UdpEndpoint endpoint = plain()) {
            assertThat(endpoint.send(packet(1), loopback(0))).isFalse();
            assertThat(endpoint.send(packet(1), InetSocketAddress.createUnresolved("x", 5)))
                    .isFalse();
            assertThat(endpoint.send(packet(1), new InetSocketAddress("2001:db8::1", 5))).isFalse();
            assertThat(endpoint.sendDrops()).isEqualTo(3);
        }
    }

    @DataProvider
    Object[][] loopbacks() {
        return new Object[][] {{"127.0.0.1"}, {"::1"}};
    }

    @Test(dataProvider = "loopbacks")
    public void tenThousandDatagramsAllocateNothing(String address) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral(address), 0);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (UdpEndpoint a = UdpEndpoint.bind(any, UdpEndpoint.Options.PLAIN);
                UdpEndpoint b = UdpEndpoint.bind(any, UdpEndpoint.Options.PLAIN)) {
            a.connect(b.localAddress());
            PacketBuffer packet = packet(1, 2, 3);
            PacketBuffer into = new PacketBuffer();
            int received = 0;
            // The compiler may leave an object behind in a round when it replaces code; what a
            // datagram allocates is there in every round.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 10_000; i++) {
                    a.send(packet);
                    received += b.receive(into) == 3 ? 1 : 0;
                    b.send(into, a.localAddress());
                    received += a.receive(into) == 3 ? 1 : 0;
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }

            assertThat(least).isZero();
            assertThat(received).isEqualTo(100_000);
        }
    }

    @Test
    public void aClosedEndpointReceivesAndSendsNothing() throws IOException {
        UdpEndpoint endpoint = plain();
        endpoint.close();
        endpoint.close();

        assertThat(endpoint.isOpen()).isFalse();
        assertThat(endpoint.receive(new PacketBuffer())).isEqualTo(UdpEndpoint.NOTHING);
        assertThat(endpoint.send(packet(1), loopback(9))).isFalse();
    }

    @Test
    public void aSelectionKeyCarriesItsAttachment() throws IOException {
        try (UdpEndpoint a = plain();
                UdpEndpoint b = plain();
                Selector selector = Selector.open()) {
            b.register(selector, "leg 7");
            a.send(packet(1), b.localAddress());

            assertThat(selector.select(2000)).isEqualTo(1);
            assertThat(selector.selectedKeys().iterator().next().attachment()).isEqualTo("leg 7");
        }
    }
}
