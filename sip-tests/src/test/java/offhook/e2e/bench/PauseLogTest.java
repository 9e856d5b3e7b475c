package offhook.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.testng.annotations.Test;

public class PauseLogTest {

    @Test
    public void onlyStopsOfTheCollectorCount() {
        Stream<String> lines =
                Stream.of(
                        "Safepoint \"ZMarkEndYoung\", Time since last: 672413 ns, Reaching"
                                + " safepoint: 1052 ns, At safepoint: 5248 ns, Leaving safepoint:"
                                + " 591 ns, Total:   6891 ns, Threads: 0 runnable, 10 total",
                        "Safepoint \"ICBufferFull\", Time since last: 11 ns, Reaching safepoint:"
                                + " 1052 ns, At safepoint: 5248 ns, Leaving safepoint: 591 ns,"
                                + " Total: 99000 ns, Threads: 0 runnable, 10 total");

        assertThat(PauseLog.pauses(lines)).containsExactly(0.006891);
    }

    /// The JVM that runs the tests is the one that runs the gateway: what it writes is understood.
    @Test
    public void aCollectionOfThisJvmIsFound() throws Exception {
        Path folder = Files.createTempDirectory("pauses");
        var log = new PauseLog(folder.resolve("safepoints.log"));
        Path source = folder.resolve("Collect.java");
        Files.writeString(
                source,
                "public class Collect { public static void main(String[] a) { System.gc(); } }");

        Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseZGC",
                                log.jvmFlag(),
                                source.toString())
                        .inheritIO()
                        .start();
        boolean ended = jvm.waitFor(60, TimeUnit.SECONDS);

        assertThat(ended).isTrue();
        List<Double> pauses = log.pausesSince(0);
        assertThat(pauses).isNotEmpty().allMatch(millis -> millis > 0 && millis < 10_000);
        assertThat(log.pausesSince(log.mark())).isEmpty();
    }
}
