package offhook.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.runtime.NanoClock;
import org.testng.annotations.Test;

/// A probe of a gateway that does not answer.
public class ProbeCallTest {

    @Test
    public void silentListenerFailsAtSipAndTheDoorIsShutAgain() throws Exception {
        List<Optional<InetSocketAddress>> admitted = new ArrayList<>();
        try (DatagramSocket filtered = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) filtered.getLocalSocketAddress();

            ProbeResult result =
                    new ProbeCall(
                                    new ProbeCall.Ways(
                                            Optional.of(address), address, admitted::add),
                                    new ProbeLegs(),
                                    NanoClock.system())
                            .run(() -> false);

            assertThat(result.failed()).hasValue(Stage.SIP);
            assertThat(result.text()).contains("nothing came back");
            assertThat(admitted).hasSize(2);
            assertThat(admitted.getFirst()).isPresent();
            assertThat(admitted.getLast()).isEmpty();
        }
    }

    @Test
    public void gatewayWithoutUdpCannotBeCalled() {
        InetSocketAddress media = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

        ProbeResult result =
                new ProbeCall(
                                new ProbeCall.Ways(Optional.empty(), media, _ -> {}),
                                new ProbeLegs(),
                                NanoClock.system())
                        .run(() -> false);

        assertThat(result.failed()).hasValue(Stage.SIP);
        assertThat(result.text()).contains("udp://");
    }
}
