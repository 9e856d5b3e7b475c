package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import offhook.runtime.NanoClock;
import org.testng.annotations.Test;

public class MessageStreamTest {

    private static final String ACK =
            """
            ACK sip:200@gw SIP/2.0
            Via: SIP/2.0/TCP 127.0.0.2:5060;branch=z9hG4bK1
            Max-Forwards: 70
            From: <sip:100@pbx>;tag=1
            To: <sip:200@gw>;tag=2
            Call-ID: c1
            CSeq: 1 ACK
            Content-Length: 0

            """
                    .replace("\n", "\r\n");

    @Test(timeOut = 60_000)
    public void connectionThatRestsWithoutACallIsClosed() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket peer = new Socket()) {
            peer.bind(new InetSocketAddress("127.0.0.2", 0));
            peer.connect(server.getLocalSocketAddress());
            try (Socket socket = server.accept();
                    PatientWriter out =
                            new PatientWriter(socket, socket.getOutputStream(), _ -> {});
                    MessageStream stream =
                            new MessageStream(
                                    socket,
                                    socket.getInputStream(),
                                    out,
                                    Doors.forTrunk("127.0.0.2"),
                                    new UnansweredRequests(NanoClock.system()),
                                    Transport.TCP,
                                    true,
                                    Duration.ofMillis(50))) {
                peer.getOutputStream().write(ACK.getBytes(StandardCharsets.US_ASCII));
                assertThat(stream.readNBytes(ACK.length())).hasSize(ACK.length());

                assertThat(stream.read()).isEqualTo(-1);

                assertThat(socket.isClosed()).isTrue();
            }
        }
    }
}
