package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import offhook.runtime.Standstill;
import org.testng.annotations.Test;

/// When a loop is said to have stood still, by a clock that is turned by hand.
public class StandstillWatchTest {
    private static final long MILLI = 1_000_000L;

    private final long began = 1000 * MILLI;

    private StandstillWatch watch() {
        return new StandstillWatch(began);
    }

    @Test
    public void itBeginsWhenSomethingWasDue() {
        StandstillWatch watch = watch();

        watch.onDue(began + 20 * MILLI, began + 3020 * MILLI);

        assertThat(watch.latest())
                .containsExactly(new Standstill(began + 20 * MILLI, began + 3020 * MILLI));
    }

    /// What is behind with its ticks catches up in the turns that follow.
    @Test
    public void aLoopThatCatchesUpRuns() {
        StandstillWatch watch = watch();
        watch.onTurn(began + 500 * MILLI);

        watch.onDue(began + 40 * MILLI, began + 501 * MILLI);

        assertThat(watch.latest()).isEmpty();
    }

    @Test
    public void whatJitterBuffersHideIsNone() {
        StandstillWatch watch = watch();

        watch.onDue(began, began + 199 * MILLI);

        assertThat(watch.latest()).isEmpty();
    }

    @Test
    public void theLastOnesAreKept() {
        StandstillWatch watch = watch();

        for (int i = 1; i <= 100; i++) {
            watch.onDue(began + (i - 1) * 1000 * MILLI, began + i * 1000 * MILLI);
            watch.onTurn(began + i * 1000 * MILLI);
        }

        List<Standstill> kept = watch.latest();
        assertThat(kept).hasSizeBetween(10, 20);
        assertThat(kept.getLast().toNanos()).isEqualTo(began + 100_000 * MILLI);
    }
}
