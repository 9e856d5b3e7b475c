package offhook.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

public class FiguresTest {
    private static final Quantiles DELAY = new Quantiles(1.5, 2.5, 3.5, 4.5, 1000);

    private static Figures figures(Quantiles toPhone, Quantiles pauses) {
        return new Figures(
                Mode.OPUS_CONVERSATION,
                10,
                5.0,
                4.0,
                DELAY,
                toPhone,
                0.25,
                160.5,
                700,
                212,
                200,
                pauses,
                12.5,
                Map.of("media", Duration.ofMillis(480), "VM Thread", Duration.ofMillis(1)),
                12);
    }

    @Test
    public void jsonHasWhatOthersRead() throws Exception {
        String text = Bench.toJson(List.of(figures(DELAY, DELAY))).toPrettyString();

        JsonNode root = new ObjectMapper().readTree(text);

        assertThat(root.fieldNames()).toIterable().containsExactly("runs");
        JsonNode run = root.path("runs").path(0);
        assertThat(run.path("mode").asText()).isEqualTo("opus-conversation");
        assertThat(run.path("calls").asInt()).isEqualTo(10);
        assertThat(run.path("cpu_ms_per_call_second").asDouble()).isEqualTo(5);
        assertThat(run.path("floor_ratio").asDouble()).isEqualTo(1.25);
        assertThat(run.path("calls_per_core").asDouble()).isEqualTo(200);
        for (String way : List.of("phone_to_web", "web_to_phone")) {
            JsonNode delay = run.path("added_delay_ms").path(way);
            assertThat(delay.path("p50").asDouble()).isEqualTo(1.5);
            assertThat(delay.path("p95").asDouble()).isEqualTo(2.5);
            assertThat(delay.path("p99").asDouble()).isEqualTo(3.5);
        }
        assertThat(run.path("loss_percent").asDouble()).isEqualTo(0.25);
        assertThat(run.path("heap_kib_per_call").asDouble()).isEqualTo(160.5);
        assertThat(run.path("allocation_bytes_per_packet").asDouble()).isEqualTo(212);
        assertThat(run.path("gc_pause_ms_p999").asDouble()).isEqualTo(4.5);
    }

    @Test
    public void jsonSaysWhichThreadsWork() {
        JsonNode threads = figures(DELAY, DELAY).toJson().path("cpu_ms_per_second_by_thread");

        assertThat(threads.path("media").asDouble()).isEqualTo(40);
        assertThat(threads.has("VM Thread")).isFalse();
    }

    @Test
    public void whatWasNotMeasuredIsNull() {
        Quantiles none = Quantiles.of(List.of());

        JsonNode run = figures(none, none).toJson();

        assertThat(run.path("gc_pause_ms_p999").isNull()).isTrue();
        assertThat(run.path("added_delay_ms").path("web_to_phone").path("p99").isNull()).isTrue();
        assertThat(run.path("added_delay_ms").path("phone_to_web").path("p99").isNull()).isFalse();
    }

    @Test
    public void aRowStandsUnderItsHeading() {
        String lastLine = Figures.HEADING.lines().toList().getLast();

        assertThat(figures(DELAY, DELAY).toText()).hasSameSizeAs(lastLine);
    }
}
