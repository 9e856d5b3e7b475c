package offhook.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalDouble;
import offhook.call.CallId;
import offhook.config.BlackBoxConfig;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.trace.TraceRecorder;
import org.testng.annotations.Test;

/// What is said of boxes that cannot be written.
public class BlackBoxesTest {

    /// What a gateway runs with.
    record Settings(String name) {}

    @Test
    public void aBoxThatCannotBeWrittenIsCountedAndItsReasonKept() throws IOException {
        Path file = Files.createTempFile("boxes", "");
        Counters counters = new Counters();
        TraceRecorder recorder =
                new TraceRecorder(1024, 1, counters, NanoClock.system(), InstantSource.system());
        recorder.start();
        BlackBoxes boxes =
                new BlackBoxes(
                        new BlackBoxConfig(
                                1024,
                                BlackBoxConfig.Keep.FAILED,
                                OptionalDouble.empty(),
                                file.resolve("folder"),
                                Duration.ofDays(1),
                                1024,
                                false,
                                1),
                        new BlackBoxes.Sources(
                                recorder,
                                _ -> Optional.of("{}"),
                                "gw",
                                "1",
                                () -> new Settings("x")),
                        counters,
                        NanoClock.system(),
                        () -> Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(boxes.lastFailure()).isEmpty();
        CallId call = CallId.next();

        assertThatThrownBy(() -> boxes.keep(call)).isInstanceOf(IOException.class);

        assertThat(boxes.failed()).isEqualTo(1);
        assertThat(counters.snapshot().get(Counter.BOXES_FAILED)).isEqualTo(1);
        assertThat(boxes.lastFailure()).startsWith("2026-01-02T03:04:05Z call=" + call + " ");
        recorder.stop();
    }
}
