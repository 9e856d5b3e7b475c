package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.Test;

public class TcpDoorTest {

    @Test(timeOut = 60_000)
    public void defectInAdmittingOneKeepsNoOtherOut() throws IOException {
        FrontDoor front = Doors.forTrunk("127.0.0.2");
        TcpDoor door = new TcpDoor(front);
        AtomicInteger asked = new AtomicInteger();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (GuardedServerSocket server =
                        new GuardedServerSocket(
                                "tcp",
                                new InetSocketAddress(loopback, 0),
                                front,
                                source -> {
                                    if (asked.getAndIncrement() == 0) {
                                        throw new IllegalStateException("a defect, as asked for");
                                    }
                                    return door.admit(source);
                                });
                Socket first = new Socket();
                Socket second = new Socket()) {
            first.bind(new InetSocketAddress("127.0.0.2", 0));
            first.connect(server.getLocalSocketAddress());
            second.bind(new InetSocketAddress("127.0.0.2", 0));
            second.connect(server.getLocalSocketAddress());

            try (GuardedSocket accepted = server.accept()) {
                assertThat(accepted.getPort()).isEqualTo(second.getLocalPort());
            }
            assertThat(first.getInputStream().read()).as("closed").isEqualTo(-1);
            assertThat(front.listeners().troubles().values())
                    .singleElement()
                    .asString()
                    .contains("a defect of the gateway");
        }
    }

    /// Whoever lets connections end early must not collect our descriptors.
    @Test(timeOut = 60_000)
    public void connectionThatCannotBeOpenedIsClosedAndGivesItsPlaceBack() throws IOException {
        FrontDoor front = Doors.forTrunk("127.0.0.2");
        TcpDoor door = new TcpDoor(front);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (GuardedServerSocket server =
                new GuardedServerSocket(
                        "tcp", new InetSocketAddress(loopback, 0), front, door::admit)) {
            for (int i = 0; i < 2 * StreamDoor.MAX_CONNECTIONS; i++) {
                try (Socket peer = new Socket()) {
                    peer.bind(new InetSocketAddress("127.0.0.2", 0));
                    peer.connect(server.getLocalSocketAddress());
                    GuardedSocket accepted = server.accept();
                    accepted.shutdownInput();

                    assertThatThrownBy(() -> door.accept(accepted)).isInstanceOf(IOException.class);

                    assertThat(accepted.isClosed()).as("connection %d", i).isTrue();
                }
            }
        }
    }
}
