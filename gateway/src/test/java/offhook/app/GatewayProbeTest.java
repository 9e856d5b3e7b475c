package offhook.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import offhook.runtime.Owner;
import org.testng.annotations.Test;

public class GatewayProbeTest {

    @Test
    public void aDefectInOneCallIsNotTheEndOfAll() {
        AtomicLong nowNanos = new AtomicLong();
        List<RuntimeException> defects = new ArrayList<>();
        Owner owner = new Owner("probe", nowNanos::get, 4, defects::add);
        GatewayProbe probe =
                new GatewayProbe(
                        _ -> {
                            throw new IllegalStateException("a defect");
                        },
                        () -> false,
                        () -> false,
                        owner,
                        () -> Instant.EPOCH);
        probe.plan(Duration.ofSeconds(60));

        for (int i = 0; i < 200; i++) {
            owner.runPending();
            nowNanos.addAndGet(Duration.ofSeconds(1).toNanos());
        }

        assertThat(defects).as("calls at 5, 65, 125 and 185 s").hasSize(4);
    }
}
