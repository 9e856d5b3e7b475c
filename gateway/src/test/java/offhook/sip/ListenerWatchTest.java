package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import offhook.telemetry.Counters;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class ListenerWatchTest {

    private static final long SECOND = 1_000_000_000L;
    private static final String NAME = "tls://127.0.0.1:5061";

    private final AtomicLong nowNanos = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private ListenerWatch watch;
    private ListenerWatch.Listener listener;

    @BeforeMethod
    public void make() {
        nowNanos.set(-1);
        closed.set(false);
        watch = new ListenerWatch(nowNanos::get);
        InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5061);
        listener = watch.add("tls", at, closed::get);
    }

    @Test
    public void whoWaitsForPeersIsWell() {
        assertThat(watch.troubles()).isEmpty();
        listener.awaits();
        nowNanos.addAndGet(3600 * SECOND);
        assertThat(watch.troubles()).isEmpty();
        assertThat(watch.deaf()).isEmpty();
    }

    @Test
    public void whoFailsAgainAndAgainTakesNothingAndIsNotDead() {
        for (int i = 0; i < 50; i++) {
            listener.awaits();
            listener.failed(new IOException("Too many open files"));
            nowNanos.addAndGet(SECOND / 10);
            assertThat(watch.troubles())
                    .isEqualTo(Map.of(NAME, "takes nothing: Too many open files"));
        }
        assertThat(watch.deaf()).isEmpty();
        nowNanos.addAndGet(SECOND);
        assertThat(watch.troubles()).isEmpty();
    }

    @Test
    public void whoseReaderIsGoneIsDead() throws Exception {
        Thread reader = Thread.ofVirtual().start(listener::awaits);
        reader.join();
        assertThat(watch.troubles()).isEqualTo(Map.of(NAME, "nobody reads it any more"));
        assertThat(watch.deaf()).containsExactly(NAME);
    }

    @Test
    public void whatIsClosedIsDead() {
        closed.set(true);
        assertThat(watch.deaf()).containsExactly(NAME);
        assertThat(watch.troubles()).containsOnlyKeys(NAME);
    }

    @Test
    public void socketOfDatagramsTellsOfItsErrorsAndOfItsEnd() throws Exception {
        FrontDoor door = Doors.with(new Counters(), nowNanos::get, 1000);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        GuardedDatagramSocket socket = new GuardedDatagramSocket(any, door);
        try (socket) {
            // The only error that a test can have for sure.
            socket.setSoTimeout(1);
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            assertThatThrownBy(() -> socket.receive(packet))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(door.listeners().troubles().values())
                    .singleElement()
                    .asString()
                    .startsWith("takes nothing: ");
            assertThat(door.listeners().deaf()).isEmpty();
        }
        assertThat(door.listeners().deaf()).hasSize(1);
    }
}
