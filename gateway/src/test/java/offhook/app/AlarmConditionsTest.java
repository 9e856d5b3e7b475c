package offhook.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import offhook.media.LoopFigures;
import offhook.net.PortPair;
import offhook.net.PortPool;
import offhook.net.UdpEndpoint;
import offhook.ops.Alarm;
import offhook.ops.Alarms;
import offhook.runtime.Owner;
import org.testng.annotations.Test;

/// To the second when conditions are over that a gateway takes long to be rid of, by a clock that
/// the test turns.
public class AlarmConditionsTest {

    private static final long SECOND = 1_000_000_000L;

    /// How long `ports` must be well until it is cleared.
    private static final int CLEAR_SECONDS = 5;

    private static final int REST_SECONDS = (int) (PortPool.REST_NANOS / SECOND);

    private final AtomicLong nowNanos = new AtomicLong();
    private final Owner owner =
            new Owner(
                    "alarms",
                    nowNanos::get,
                    8,
                    defect -> {
                        throw defect;
                    });
    private final Alarms alarms = new Alarms(owner, () -> Instant.ofEpochSecond(seconds()));
    private PortPool pool;

    private long seconds() {
        return nowNanos.get() / SECOND;
    }

    @Test
    public void portsAreEnoughAgainSoonAfterTheyHaveRested() throws IOException {
        PortPair pair = theOnlyPair();
        try {
            alarms.watch(
                    Alarm.Kind.PORTS,
                    () -> AlarmConditions.isShort(figures()) ? Map.of("loop 0", "few") : Map.of());
            alarms.start();
            owner.runPending();
            pass(1);
            assertThat(alarms.active())
                    .singleElement()
                    .extracting(Alarm::subject)
                    .isEqualTo("loop 0");

            pair.release(nowNanos.get());
            pass(REST_SECONDS - 1);
            assertThat(pool.used()).isEqualTo(1);
            pass(1);
            assertThat(pool.used()).isZero();
            pass(CLEAR_SECONDS - 1);
            assertThat(alarms.active()).hasSize(1);
            pass(1);
            assertThat(alarms.active()).isEmpty();
        } finally {
            pool.close();
        }
    }

    /// What loop and alarms do each second.
    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            nowNanos.addAndGet(SECOND);
            pool.tend(nowNanos.get());
            owner.runPending();
        }
    }

    private LoopFigures figures() {
        return new LoopFigures(
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                false,
                0,
                0,
                pool.used(),
                pool.size(),
                nowNanos.get(),
                LoopFigures.Work.NONE);
    }

    /// Of a pool that has no other; another program may take its ports while they are looked for.
    private PortPair theOnlyPair() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        while (true) {
            int port;
            try (DatagramSocket free = new DatagramSocket(0, loopback)) {
                port = free.getLocalPort() & ~1;
            }
            pool = new PortPool(loopback, port, port + 1, UdpEndpoint.Options.PLAIN, new Random(1));
            Optional<PortPair> pair = pool.acquire(nowNanos.get());
            if (pair.isPresent()) {
                return pair.get();
            }
        }
    }
}
