package offhook.blackbox;

import static java.lang.Double.NaN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import offhook.call.CallDetails;
import offhook.call.CallDirection;
import offhook.call.CallEnd;
import offhook.call.CallId;
import offhook.call.CallSnapshot;
import offhook.call.CallSnapshot.LegKind;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.MediaSummary;
import offhook.call.Party;
import offhook.config.BlackBoxConfig;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.trace.TraceRecorder;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Of which calls boxes are written unasked, and what is said of those that cannot be.
public class BlackBoxesTest {

    private static BlackBoxes boxes(
            BlackBoxConfig.Keep keep,
            OptionalDouble mosBelow,
            Path folder,
            TraceRecorder recorder,
            Counters counters) {
        return new BlackBoxes(
                new BlackBoxConfig(
                        1024, keep, mosBelow, folder, Duration.ofDays(1), 1024, false, 1),
                new BlackBoxes.Sources(
                        recorder,
                        id -> Optional.of("{}").filter(_ -> id.value().matches("[0-9a-f]{24}")),
                        "gw",
                        "1",
                        () -> "{}"),
                counters,
                NanoClock.system(),
                () -> Instant.parse("2026-01-02T03:04:05Z"));
    }

    /// MOS of how we heard the peer and of how it heard us.
    @DataProvider
    public Object[][] opinions() {
        return new Object[][] {
            {4.0, 4.0, false},
            {3.1, 4.0, true},
            {4.0, 3.1, true},
            {3.1, NaN, true},
            {NaN, 3.1, true},
            {4.1, NaN, false},
            {NaN, NaN, false},
        };
    }

    @Test(dataProvider = "opinions")
    public void callsThatSoundedBadAreWanted(double mos, double peerMos, boolean wanted) {
        Counters counters = new Counters();
        BlackBoxes boxes =
                boxes(
                        BlackBoxConfig.Keep.ON_REQUEST,
                        OptionalDouble.of(3.2),
                        Path.of("boxes"),
                        new TraceRecorder(
                                1024, 1, counters, NanoClock.system(), InstantSource.system()),
                        counters);
        MediaSummary media =
                new MediaSummary("PCMA", 0, 100, 100, 0, 0, 0, 0, 1, NaN, NaN, mos, peerMos);

        assertThat(boxes.wants(endOf(media))).isEqualTo(wanted);
    }

    private static CallEnd endOf(MediaSummary media) {
        CallId id = CallId.next();
        LegKind leg = new LegKind(new LegId(id, 0), "trunk", "pbx");
        CallSnapshot last =
                new CallSnapshot(
                        id,
                        CallDirection.IN,
                        "pbx",
                        "",
                        new Party("5551000", ""),
                        new Party("200", ""),
                        "alice",
                        "active",
                        0,
                        0,
                        OptionalLong.empty(),
                        OptionalLong.of(0),
                        List.of(leg),
                        CallDetails.NONE);
        return new CallEnd(
                last,
                CallDirection.IN,
                EndCause.hangUp(EndCause.By.CALLER),
                OptionalLong.of(1),
                OptionalLong.of(2),
                3,
                List.of(new CallEnd.LegEnd(leg, media)));
    }

    private static TraceRecorder started(Counters counters) {
        TraceRecorder recorder =
                new TraceRecorder(1024, 1, counters, NanoClock.system(), InstantSource.system());
        recorder.start();
        return recorder;
    }

    private static BlackBoxes onRequest(Path folder, TraceRecorder recorder, Counters counters) {
        return boxes(
                BlackBoxConfig.Keep.ON_REQUEST, OptionalDouble.empty(), folder, recorder, counters);
    }

    @Test
    public void aBoxThatCannotBeWrittenIsCountedAndItsReasonKept() throws IOException {
        Path file = Files.createTempFile("boxes", "");
        Counters counters = new Counters();
        TraceRecorder recorder = started(counters);
        BlackBoxes boxes = onRequest(file.resolve("folder"), recorder, counters);
        assertThat(boxes.lastFailure()).isEmpty();
        CallId call = CallId.next();

        assertThatThrownBy(() -> boxes.keep(call)).isInstanceOf(IOException.class);

        assertThat(boxes.failed()).isEqualTo(1);
        assertThat(counters.snapshot().get(Counter.BOXES_FAILED)).isEqualTo(1);
        assertThat(boxes.lastFailure()).startsWith("2026-01-02T03:04:05Z call=" + call + " ");
        recorder.stop();
    }

    /// What an operator mistyped is no disk that fails: nothing is counted, and no file is tried.
    @Test
    public void whatNamesNoCallIsNoBoxThatFailed() throws IOException {
        Path folder = Files.createTempDirectory("boxes");
        Counters counters = new Counters();
        TraceRecorder recorder = started(counters);
        BlackBoxes boxes = onRequest(folder, recorder, counters);

        for (String id : List.of("", "nix", "../../x", "a\0b", "y".repeat(1_000))) {
            assertThatThrownBy(() -> boxes.keep(new CallId(id)))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("nothing is known of call '" + id + "'");
        }

        assertThat(boxes.failed()).isZero();
        assertThat(boxes.lastFailure()).isEmpty();
        assertThat(counters.snapshot().get(Counter.BOXES_FAILED)).isZero();
        assertThat(folder).isEmptyDirectory();
        recorder.stop();
    }

    /// What the log says of boxes.
    private static final class Lines extends AbstractAppender implements AutoCloseable {

        private final Logger logger = (Logger) LogManager.getLogger(BlackBoxes.class);
        private final List<String> warnings = new CopyOnWriteArrayList<>();

        Lines() {
            super("lines-of-boxes", null, null, true, Property.EMPTY_ARRAY);
            start();
            logger.addAppender(this);
        }

        @Override
        public void append(LogEvent event) {
            if (event.getLevel().equals(Level.WARN)
                    && event.getLoggerName().equals(BlackBoxes.class.getName())) {
                warnings.add(event.getMessage().getFormattedMessage());
            }
        }

        @Override
        public void close() {
            logger.removeAppender(this);
        }
    }

    @Test
    public void callsThatFailInMassesMakeOneLineASecond() {
        AtomicLong now = new AtomicLong();
        Counters counters = new Counters();
        BlackBoxes boxes =
                new BlackBoxes(
                        new BlackBoxConfig(
                                1024,
                                BlackBoxConfig.Keep.ALL,
                                OptionalDouble.empty(),
                                Path.of("boxes"),
                                Duration.ofDays(1),
                                1024,
                                false,
                                1),
                        new BlackBoxes.Sources(
                                new TraceRecorder(
                                        1024,
                                        1,
                                        counters,
                                        NanoClock.system(),
                                        InstantSource.system()),
                                _ -> Optional.empty(),
                                "gw",
                                "1",
                                () -> "{}"),
                        counters,
                        now::get,
                        InstantSource.system());
        CallEnd end = endOf(MediaSummary.NONE);
        // Never started: all but the first that wait cannot be kept.
        while (boxes.failed() == 0) {
            boxes.ended(CallId.next(), end);
        }
        now.addAndGet(1_000_000_000L);

        try (Lines lines = new Lines()) {
            for (int i = 0; i < 1_000; i++) {
                boxes.ended(CallId.next(), end);
            }
            now.addAndGet(1_000_000_000L);
            boxes.ended(CallId.next(), end);

            assertThat(lines.warnings).hasSize(2);
            assertThat(lines.warnings.getFirst()).endsWith(" left-out=0");
            assertThat(lines.warnings.getLast()).endsWith(" left-out=999");
        }
        assertThat(boxes.failed()).isEqualTo(1_002);
        assertThat(counters.snapshot().get(Counter.BOXES_FAILED)).isEqualTo(1_002);
    }
}
