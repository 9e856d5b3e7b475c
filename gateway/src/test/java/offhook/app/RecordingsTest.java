package offhook.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import offhook.ops.GatewayMXBean.ActiveTrace;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counters;
import offhook.trace.TraceRecorder;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What operators ask for that cannot be traced is said in words, with what was given.
public class RecordingsTest {

    private TraceRecorder recorder;
    private Recordings recordings;

    @BeforeMethod
    public void start() {
        recorder =
                new TraceRecorder(
                        1024, 1, new Counters(), NanoClock.system(), InstantSource.system());
        recorder.start();
        recordings = new Recordings(Optional.of(recorder), Optional.empty(), "pbx"::equals);
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        recorder.stop();
    }

    @DataProvider
    public static Object[][] refused() {
        return new Object[][] {
            {"call", "nix", 60L, "nothing is known of call 'nix'"},
            {"trunk", "nix", 60L, "there is no trunk or agent 'nix'"},
            {"trunk", "", 60L, "there is no trunk or agent ''"},
            {"all", "pbx", 60L, "all takes no name, and 'pbx' was given"},
            {"ALL", "", 60L, "'ALL' is none of call, trunk, all"},
            {"all", "", 0L, "a trace goes on for 1 s to 24 h, not for 0 s"},
            {"all", "", -1L, "a trace goes on for 1 s to 24 h, not for -1 s"},
            {"all", "", 86_401L, "a trace goes on for 1 s to 24 h, not for 86401 s"},
            {
                "all",
                "",
                Long.MAX_VALUE,
                "a trace goes on for 1 s to 24 h, not for 9223372036854775807 s"
            },
        };
    }

    @Test(dataProvider = "refused")
    public void whatCannotBeTracedIsRefusedInWords(
            String what, String name, long seconds, String words) {
        assertThatThrownBy(() -> recordings.trace(what, name, Duration.ofSeconds(seconds), false))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(words);
        assertThat(recordings.traces()).isEmpty();
    }

    @Test
    public void allAndTrunksAreTraced() {
        recordings.trace("all", "", Duration.ofSeconds(60), false);
        recordings.trace("trunk", "pbx", Duration.ofSeconds(60), false);

        assertThat(recordings.traces())
                .extracting(ActiveTrace::kind)
                .containsExactlyInAnyOrder("all", "trunk");
    }
}
