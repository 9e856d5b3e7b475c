package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import offhook.config.TrunkReach.Load;
import org.testng.annotations.Test;

public class TrunkLoadTest {

    @Test
    public void aDisabledTrunkTakesEmergencyCallsOnly() {
        TrunkLoad load = new TrunkLoad(new Load(OptionalInt.empty(), OptionalInt.empty()), () -> 0);
        load.enable(false);

        assertThat(load.hasRoom()).isFalse();
        assertThat(load.take(false)).isEmpty();
        assertThat(load.take(true)).isPresent();
        assertThat(load.refused()).isOne();

        load.enable(true);
        assertThat(load.take(false)).isPresent();
    }

    private final AtomicLong nowNanos = new AtomicLong();

    private TrunkLoad load(int maxCalls, int perSecond) {
        return new TrunkLoad(
                new Load(
                        maxCalls == 0 ? OptionalInt.empty() : OptionalInt.of(maxCalls),
                        perSecond == 0 ? OptionalInt.empty() : OptionalInt.of(perSecond)),
                nowNanos::get);
    }

    @Test
    public void placeThatIsGivenBackTwiceIsOnePlace() {
        TrunkLoad load = load(2, 0);
        TrunkLoad.Slot first = load.take(false).orElseThrow();
        load.take(false).orElseThrow();
        assertThat(load.take(false)).isEmpty();

        first.giveBack();
        first.giveBack();

        assertThat(load.calls()).isEqualTo(1);
        assertThat(load.take(false)).isPresent();
        assertThat(load.take(false)).isEmpty();
        assertThat(load.refused()).isEqualTo(2);
    }

    @Test
    public void callsOfASecondAreSpread() {
        TrunkLoad load = load(0, 4);
        int taken = 0;
        for (int tick = 0; tick < 1000; tick++) {
            taken += load.take(false).isPresent() ? 1 : 0;
            nowNanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
        }

        assertThat(taken).isEqualTo(4 + 39);
        assertThat(load.calls()).isEqualTo(taken);
    }

    @Test
    public void emergencyIsRefusedByNoLimit() {
        TrunkLoad load = load(1, 1);
        load.take(false).orElseThrow();
        assertThat(load.hasRoom()).isFalse();

        Optional<TrunkLoad.Slot> emergency = load.take(true);

        assertThat(emergency).isPresent();
        assertThat(load.calls()).isEqualTo(2);
        emergency.get().giveBack();
        assertThat(load.take(false)).isEmpty();
    }

    @Test
    public void manyThreadsNeverHaveMoreThanTheLimitAndLeaveNothing() throws Exception {
        TrunkLoad load = load(5, 0);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int n = 0; n < 2000; n++) {
                                    load.take(false)
                                            .ifPresent(slot -> {
                                                most.accumulateAndGet(
                                                        now.incrementAndGet(), Math::max);
                                                Thread.yield();
                                                now.decrementAndGet();
                                                slot.giveBack();
                                            });
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(most.get()).isBetween(1, 5);
        assertThat(load.calls()).isZero();
    }
}
