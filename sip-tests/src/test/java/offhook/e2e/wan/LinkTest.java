package offhook.e2e.wan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import offhook.e2e.phone.PhoneMedia;
import offhook.e2e.process.Ports;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class LinkTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private Wan wan;
    private DatagramSocket gateway;
    private DatagramSocket peer;

    @BeforeMethod
    public void open() throws IOException {
        wan = new Wan();
        gateway = socket();
        peer = socket();
    }

    @AfterMethod(alwaysRun = true)
    public void close() {
        wan.close();
        gateway.close();
        peer.close();
    }

    private static DatagramSocket socket() throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    private static void send(DatagramSocket from, InetSocketAddress to, int value)
            throws IOException {
        from.send(new DatagramPacket(new byte[] {(byte) value}, 1, to));
    }

    private static InetSocketAddress addressOf(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private static DatagramPacket receive(DatagramSocket at, int value) throws IOException {
        var packet = new DatagramPacket(new byte[10], 10);
        at.receive(packet);
        assertThat(packet.getLength()).isOne();
        assertThat(packet.getData()[0]).isEqualTo((byte) value);
        return packet;
    }

    @Test
    public void eachPeerIsSomebodyElseToTheGatewayAndGetsWhatIsItsOwn() throws IOException {
        Link link = wan.toward(addressOf(gateway));
        try (DatagramSocket other = socket()) {
            send(peer, link.address(), 1);
            InetSocketAddress first = (InetSocketAddress) receive(gateway, 1).getSocketAddress();
            send(other, link.address(), 2);
            InetSocketAddress second = (InetSocketAddress) receive(gateway, 2).getSocketAddress();
            assertThat(first).isNotEqualTo(second);

            send(gateway, first, 3);
            send(gateway, second, 4);

            assertThat(receive(peer, 3).getSocketAddress()).isEqualTo(link.address());
            assertThat(receive(other, 4).getSocketAddress()).isEqualTo(link.address());
        }
        assertThat(link.towardGateway().delivered()).isEqualTo(2);
        assertThat(link.towardPeer().delivered()).isEqualTo(2);
    }

    @Test
    public void scriptsOfBothDirectionsHoldUntilTheyAreCleared() throws IOException {
        Link link = wan.toward(addressOf(gateway));
        send(peer, link.address(), 1);
        InetSocketAddress there = (InetSocketAddress) receive(gateway, 1).getSocketAddress();

        link.impair(Script.clean(1).cut(0, Long.MAX_VALUE / 2), Script.clean(1).delaying(200));
        send(peer, link.address(), 2);
        long sentNanos = System.nanoTime();
        send(gateway, there, 3);
        receive(peer, 3);
        assertThat(System.nanoTime() - sentNanos).isGreaterThanOrEqualTo(200_000_000L);
        gateway.setSoTimeout(50);
        assertThat(catchTimeout()).isTrue();

        link.clear();
        gateway.setSoTimeout((int) LIMIT.toMillis());
        send(peer, link.address(), 4);
        receive(gateway, 4);
        assertThat(link.towardGateway().cut()).isOne();
        assertThat(link.towardGateway().delivered()).isEqualTo(2);
    }

    private boolean catchTimeout() throws IOException {
        try {
            gateway.receive(new DatagramPacket(new byte[10], 10));
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    @Test
    public void phoneAndGatewayAreToldOfTheLinkInsteadOfEachOther() throws IOException {
        PhoneLink link = wan.ofPhone();
        int announced = Ports.freePair();
        var told = new StringBuilder();
        PhoneMedia carried = link.carry(new Described(told), announced);
        assertThat(carried.port()).isEqualTo(announced);

        carried.onSdp(
                "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio "
                        + gateway.getLocalPort()
                        + " RTP/AVP 8\r\n");

        assertThat(told)
                .hasToString(
                        "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio "
                                + link.address().getPort()
                                + " RTP/AVP 8\r\n");
        // The gateway may speak first.
        send(gateway, new InetSocketAddress(InetAddress.getLoopbackAddress(), announced), 5);
        assertThat(receive(peer, 5).getSocketAddress()).isEqualTo(link.address());
        send(peer, link.address(), 6);
        assertThat(receive(gateway, 6).getPort()).isEqualTo(announced);
    }

    private final class Described implements PhoneMedia {
        private final StringBuilder told;

        Described(StringBuilder told) {
            this.told = told;
        }

        @Override
        public int port() {
            return peer.getLocalPort();
        }

        @Override
        public void onSdp(String sdp) {
            told.append(sdp);
        }

        @Override
        public void stop() {}

        @Override
        public void close() {}
    }
}
