package offhook.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import offhook.call.CallId;
import offhook.runtime.Await;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Traces begin and end.
public class TraceRecorderTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final List<String> captured = new CopyOnWriteArrayList<>();
    private TraceRecorder recorder;

    @BeforeMethod
    public void start() {
        captured.clear();
        recorder =
                new TraceRecorder(
                        100_000,
                        2,
                        new Counters(),
                        System::nanoTime,
                        () -> Instant.parse("2026-01-02T03:04:05.5Z"));
        recorder.captureBy(
                new HeaderCapture() {
                    @Override
                    public void call(CallId call, boolean on) {
                        captured.add("call " + call + " " + on);
                    }

                    @Override
                    public void trunk(String name, boolean on) {
                        captured.add("trunk " + name + " " + on);
                    }

                    @Override
                    public void all(boolean on) {
                        captured.add("all " + on);
                    }

                    @Override
                    public Optional<HeaderTape> headers(CallId call) {
                        return Optional.empty();
                    }
                },
                false);
        recorder.start();
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        recorder.stop();
    }

    private void awaitTraces(String... expected) {
        await(() -> recorder.traces().stream().map(Trace::toString).toList(), expected);
    }

    private void awaitCaptured(String... expected) {
        await(() -> captured, expected);
    }

    private static void await(Supplier<List<String>> what, String... expected) {
        Await.until(List.of(expected) + "", () -> what.get().equals(List.of(expected)));
    }

    @Test
    public void aTraceSaysUntilWhenAndEndsByItself() throws InterruptedException {
        recorder.traceTrunk("pbx", LONG, false);
        recorder.traceAll(Duration.ofMillis(50), true);

        assertThat(recorder.traces().getLast()).hasToString("trunk pbx until 2026-01-02T03:14:05Z");
        awaitTraces("trunk pbx until 2026-01-02T03:14:05Z");
        awaitCaptured("all false", "all true", "all false");
    }

    @Test
    public void aTraceThatGaveWayEndsNothing() throws InterruptedException {
        recorder.traceTrunk("pbx", Duration.ofMillis(50), false);
        recorder.traceTrunk("pbx", LONG, true);
        recorder.traceAll(Duration.ofMillis(200), false);

        awaitTraces("trunk pbx until 2026-01-02T03:14:05Z, and headers of RTP");
    }

    @Test
    public void allEndAtOnceAndHeadersWithThem() throws InterruptedException {
        recorder.traceTrunk("pbx", LONG, true);
        recorder.traceAll(LONG, false);

        recorder.stopTraces();

        assertThat(recorder.traces()).isEmpty();
        awaitCaptured("all false", "trunk pbx true", "trunk pbx false");
    }

    @Test
    public void aCallThatNobodyKnowsIsNotTraced() {
        assertThatThrownBy(() -> recorder.traceCall(CallId.next(), LONG, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing is known of call");
    }

    @Test
    public void headersOfTheLastCallsStay() {
        CallId first = CallId.next();
        CallId second = CallId.next();
        CallId third = CallId.next();
        for (CallId call : List.of(first, second, third)) {
            recorder.captured(call, () -> new HeaderTape(List.of(), 7));
        }

        assertThat(recorder.headers(first)).isEqualTo(HeaderTape.EMPTY);
        assertThat(recorder.headers(second).leftOut()).isEqualTo(7);
        assertThat(recorder.headers(third).leftOut()).isEqualTo(7);
    }

    /// It is asked for each RTCP packet of each call.
    @Test
    public void askingWhetherReportsAreWantedMakesNoGarbage() {
        Listeners listeners = new Listeners(recorder);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        int wanted = 0;

        for (int round = 0; round < 8; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                wanted += recorder.wantsReports() ? 1 : 0;
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(wanted).isZero();
        assertThat(least).isZero();
        listeners.wanting = true;
        assertThat(recorder.wantsReports()).isTrue();
    }

    /// Two that are shown what passes.
    private static final class Listeners implements TraceRecorder.Listener {

        private boolean wanting;

        Listeners(TraceRecorder recorder) {
            recorder.showTo(this);
            recorder.showTo(this);
        }

        @Override
        public void recorded(Recorded message, String correlation) {}

        @Override
        public boolean wantsReports() {
            return wanting;
        }

        @Override
        public void reported(PassedReport report, String correlation) {}
    }
}
