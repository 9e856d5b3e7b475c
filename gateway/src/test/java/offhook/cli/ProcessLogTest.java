package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.CountingNoOpAppender;
import org.testng.annotations.Test;

/// The log as the shipped file configures it, in a process whose standard error nobody reads, as
/// when journald or a container's log driver stands still.
public class ProcessLogTest {

    private static final Path SHIPPED = Path.of("..", "conf", "log4j2.xml");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /// Of 100 characters and more. A pipe takes 64 KiB, and 8,192 lines wait.
    private static final int LINES = 12_000;

    @Test
    public void whoeverLogsNeverWaitsForAReaderThatStandsStill() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dlog4j2.configurationFile=" + SHIPPED,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Talker.class.getName())
                        .start();
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("all was logged and the process ended")
                    .isTrue();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).matches("dropped [0-9]+\\n");
            assertThat(Integer.parseInt(said.replaceAll("[^0-9]", ""))).isBetween(LINES / 5, LINES);
        } finally {
            process.destroyForcibly();
        }
    }

    /// Logs, says how many lines were dropped, and ends as the gateway does.
    static final class Talker {
        private Talker() {}

        /// The process.
        public static void main(String[] arguments) {
            ProcessLog.takeOver(System.err);
            Logger log = LogManager.getLogger("offhook.unread");
            for (int i = 0; i < LINES; i++) {
                log.info("line {} {}", i, "x".repeat(100));
            }
            CountingNoOpAppender dropped =
                    ((LoggerContext) LogManager.getContext(false))
                            .getConfiguration()
                            .getAppender("dropped");
            System.out.println("dropped " + dropped.getCount());
            System.out.flush();
            ProcessLog.end(Duration.ofMillis(200));
            Runtime.getRuntime().halt(0);
        }
    }
}
