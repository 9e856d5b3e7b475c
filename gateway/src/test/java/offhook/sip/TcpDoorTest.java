package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.testng.annotations.Test;

public class TcpDoorTest {

    /// Whoever lets connections end early must not collect our descriptors.
    @Test(timeOut = 20_000)
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
