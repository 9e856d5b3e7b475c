package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.testng.annotations.Test;

public class PatientWriterTest {

    private static final byte[] CHUNK = new byte[8 * 1024];

    @Test(timeOut = 60_000)
    public void peerThatStopsReadingLosesItsConnectionAndBlocksNobody() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket deaf = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket socket = server.accept()) {
            PatientWriter writer = new PatientWriter(socket, socket.getOutputStream(), _ -> {});
            writer.start();

            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    writer.write(CHUNK);
                                    writer.flush();
                                }
                            })
                    .isInstanceOf(SocketException.class)
                    .hasMessage("the peer reads too slowly");

            assertThat(socket.isClosed()).isTrue();
            assertThat(deaf.isConnected()).isTrue();
            writer.finish(Duration.ofSeconds(10));
            assertThatThrownBy(() -> writer.write(CHUNK)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    public void whatWasWrittenBeforeTheEndArrivesInOrder() throws IOException {
        ByteArrayOutputStream peer = new ByteArrayOutputStream();
        try (Socket socket = new Socket()) {
            PatientWriter writer = new PatientWriter(socket, peer, _ -> {});
            writer.write("one ".getBytes(StandardCharsets.US_ASCII));
            writer.write('t');
            writer.write("xwox".getBytes(StandardCharsets.US_ASCII), 1, 2);
            writer.start();

            writer.finish(Duration.ofSeconds(10));

            assertThat(peer.toString(StandardCharsets.US_ASCII)).isEqualTo("one two");
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    public void exactlySoMuchWaitsAndNotAByteMore() throws IOException {
        try (Socket socket = new Socket()) {
            PatientWriter writer =
                    new PatientWriter(socket, OutputStream.nullOutputStream(), _ -> {});
            for (int i = 0; i < PatientWriter.MAX_WAITING_BYTES; i += CHUNK.length) {
                writer.write(CHUNK);
            }
            assertThat(socket.isClosed()).isFalse();

            assertThatThrownBy(() -> writer.write(1)).isInstanceOf(SocketException.class);

            assertThat(socket.isClosed()).isTrue();
        }
    }
}
