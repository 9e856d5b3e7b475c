package offhook.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.testng.annotations.Test;

public class OwnerTest {

    @Test
    public void commandsRunInTheOrderOfPosting() {
        List<Integer> seen = new ArrayList<>();
        Owner owner = owner(() -> 0, 8);
        for (int i = 0; i < 5; i++) {
            int n = i;
            owner.post(() -> seen.add(n));
        }

        owner.runPending();

        assertThat(seen).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    public void deadlinesRunWhenDueInOrderOfTime() {
        AtomicLong now = new AtomicLong();
        List<String> seen = new ArrayList<>();
        Owner owner = owner(now::get, 8);
        owner.schedule(20, () -> seen.add("late"));
        owner.schedule(10, () -> seen.add("early"));
        owner.schedule(15, () -> seen.add("cancelled")).cancel();

        now.set(9);
        owner.runPending();
        assertThat(seen).isEmpty();

        now.set(20);
        owner.runPending();
        assertThat(seen).containsExactly("early", "late");
    }

    @Test
    public void endingCommandsHaveReservedSlots() {
        Owner owner = owner(() -> 0, 1);

        assertThat(owner.post(() -> {})).isTrue();
        assertThat(owner.post(() -> {})).isFalse();
        assertThat(owner.postEnding(() -> {})).isTrue();
        assertThat(owner.postEnding(() -> {})).isFalse();
        assertThat(owner.refusals()).isEqualTo(2);
    }

    /// What is reported of a command, after which the next one runs.
    private static RuntimeException reported(Runnable bad) throws InterruptedException {
        AtomicReference<RuntimeException> defect = new AtomicReference<>();
        CountDownLatch ran = new CountDownLatch(1);
        Owner owner = new Owner("test", NanoClock.system(), 8, defect::set);
        owner.start();
        try {
            owner.post(bad);
            owner.post(ran::countDown);

            assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
            return defect.get();
        } finally {
            owner.stop();
        }
    }

    @Test
    public void defectIsReportedAndTheNextCommandRuns() throws InterruptedException {
        RuntimeException reported =
                reported(() -> {
                    throw new IllegalStateException("a defect");
                });

        assertThat(reported).hasMessage("a defect");
    }

    @Test
    public void anErrorIsReportedAndTheNextCommandRuns() throws InterruptedException {
        RuntimeException reported =
                reported(() -> {
                    throw new AssertionError("an error");
                });

        assertThat(reported).hasRootCauseMessage("an error");
    }

    @Test
    public void startedOwnerRunsDeadlinesByItself() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        Owner owner = owner(NanoClock.system(), 8);
        owner.start();
        try {
            owner.post(() -> owner.schedule(1_000_000, ran::countDown));

            assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
        } finally {
            owner.stop();
        }
    }

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    @Test
    public void whoHasACommandCarriedOutWaitsUntilItWas() {
        List<String> seen = new ArrayList<>();
        Owner owner = owner(NanoClock.system(), 8);
        owner.start();
        try {
            assertThat(owner.carryOut(() -> seen.add("done"), PATIENCE_NANOS)).isTrue();
            assertThat(seen).containsExactly("done");
        } finally {
            owner.stop();
        }
    }

    @Test
    public void commandThatFindsNoPlaceNeverRuns() {
        List<String> seen = new ArrayList<>();
        Owner owner = owner(() -> 0, 1);
        owner.post(() -> seen.add("ordinary"));
        owner.postEnding(() -> seen.add("ending"));

        assertThat(owner.carryOut(() -> seen.add("lost"), 1)).isFalse();

        owner.runPending();
        assertThat(seen).containsExactly("ordinary", "ending");
    }

    @Test
    public void commandThatTheOwnerDoesNotComeToNeverRuns() {
        List<String> seen = new ArrayList<>();
        Owner owner = owner(() -> 0, 8);

        assertThat(owner.carryOut(() -> seen.add("late"), 1_000_000)).isFalse();

        owner.runPending();
        assertThat(seen).isEmpty();
    }

    @Test
    public void commandOfWhoIsInterruptedNeverRuns() {
        List<String> seen = new ArrayList<>();
        Owner owner = owner(() -> 0, 8);
        Thread.currentThread().interrupt();

        assertThat(owner.carryOut(() -> seen.add("given up"), PATIENCE_NANOS)).isFalse();

        assertThat(Thread.interrupted()).isTrue();
        owner.runPending();
        assertThat(seen).isEmpty();
    }

    /// Once it has begun there is no way back: however little patience there is, it counts as done.
    @Test
    public void commandThatHasBegunIsWaitedFor() throws InterruptedException {
        List<String> seen = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Turn turn =
                new Turn(() -> {
                    begun.countDown();
                    awaitQuietly(goOn);
                    seen.add("done");
                });
        Thread owner = Thread.ofVirtual().start(turn);
        begun.await();
        Thread later = Thread.ofVirtual().start(goOn::countDown);

        assertThat(turn.withdraw()).isFalse();

        assertThat(seen).containsExactly("done");
        owner.join();
        later.join();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Owner owner(NanoClock clock, int capacity) {
        return new Owner(
                "test",
                clock,
                capacity,
                defect -> {
                    throw defect;
                });
    }
}
