package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.testng.annotations.Test;

public class LoopMeterTest {

    private static final long MILLI = 1_000_000L;

    @Test
    public void whatIsNotWaitedIsBusy() {
        LoopMeter meter = new LoopMeter(0);
        for (int turn = 0; turn < 50; turn++) {
            long begin = turn * 20 * MILLI;
            meter.onWait(begin + 5 * MILLI);
            meter.onWake(begin + 20 * MILLI);
            meter.onWake(begin + 21 * MILLI); // the next socket of the same turn
        }

        assertThat(meter.busy(1000 * MILLI)).isCloseTo(0.25, within(1e-9));
    }

    @Test
    public void aLoopThatNeverWaitsIsAllBusyAndOneThatOnlyWaitsIsIdle() {
        LoopMeter meter = new LoopMeter(7);
        assertThat(meter.busy(7)).isZero();
        assertThat(meter.busy(1000 * MILLI)).isEqualTo(1);

        meter.restart(1000 * MILLI);
        meter.onWait(1000 * MILLI);
        meter.onWake(2000 * MILLI);
        assertThat(meter.busy(2000 * MILLI)).isZero();
    }

    @Test
    public void manyLateThingsOfOneTurnAreOneLateTurn() {
        LoopMeter meter = new LoopMeter(0);

        meter.onLate(12 * MILLI, 100);
        meter.onLate(30 * MILLI, 100);
        meter.onLate(11 * MILLI, 200);

        assertThat(meter.lateTurns()).isEqualTo(2);
        assertThat(meter.lateTicks()).isEqualTo(3);
        assertThat(meter.latestNanos()).isEqualTo(30 * MILLI);
        meter.restart(300);
        assertThat(meter.lateTurns()).isZero();
        assertThat(meter.latestNanos()).isZero();
        assertThat(meter.lateTicks()).isEqualTo(3);
    }
}
