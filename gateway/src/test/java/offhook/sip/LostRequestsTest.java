package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.testng.annotations.Test;

/// Requests that went down with their connection, for the second time.
public class LostRequestsTest {

    @Test
    public void defectWithOneOfThemKeepsNoOtherFromBeingToldOf() throws Exception {
        List<String> told = new ArrayList<>();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        FrontDoor door = Doors.forTrunk("127.0.0.2");
        StreamProcessor processor =
                new StreamProcessor(
                        new GuardedSipStack(
                                "lost-requests",
                                Duration.ofSeconds(60),
                                List.of(),
                                door,
                                new Dialogs(),
                                Optional.empty()),
                        loopback,
                        new InetSocketAddress(loopback, 0),
                        Transport.TCP,
                        new TcpDoor(door),
                        (request, _) -> {
                            told.add(request.method());
                            if (request.method().equals("INVITE")) {
                                throw new IllegalStateException("a defect, as asked for");
                            }
                        });
        processor.start();
        try {
            new StreamChannel(processor, loopback, 5060)
                    .sendAgain(List.of(lost("INVITE"), lost("BYE"), lost("INFO")));
        } finally {
            processor.stop();
        }

        assertThat(told).containsExactly("INVITE", "BYE", "INFO");
    }

    private static SentRequest lost(String method) {
        return new SentRequest(method, "z9hG4bK1", "call", "", true);
    }
}
