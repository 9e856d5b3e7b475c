package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AsyncAppender;
import org.apache.logging.log4j.core.appender.CountingNoOpAppender;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// The log as the shipped file configures it: rotated, compressed, bounded, and never waited for.
@Test(singleThreaded = true)
public class LogRotationTest {

    private static final Path SHIPPED = Path.of("..", "conf", "log4j2.xml");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int LINES = 600;

    private Path folder;
    private LoggerContext context;

    @BeforeMethod
    public void start() throws IOException {
        folder = Files.createTempDirectory("logs");
        System.setProperty("offhook.logs", folder.toString());
        System.setProperty("offhook.logs.size", "8 KB");
        System.setProperty("offhook.logs.all", "2 KB");
        context = new LoggerContext("rotation", null, SHIPPED.toUri());
        context.start();
    }

    @AfterMethod(alwaysRun = true)
    public void stop() throws IOException {
        context.stop(10, TimeUnit.SECONDS);
        for (String each : List.of("offhook.logs", "offhook.logs.size", "offhook.logs.all")) {
            System.clearProperty(each);
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Test
    public void fullFilesAreCompressedAndTheOldestGo() throws Exception {
        Logger log = context.getLogger("offhook.rotation");

        for (int i = 0; i < LINES; i++) {
            log.info("line {} {}", i, "x".repeat(100));
        }
        context.stop(10, TimeUnit.SECONDS);

        assertThat(Files.size(folder.resolve("offhook.log"))).isLessThan(10_000);
        List<Path> old = archives();
        assertThat(old).isNotEmpty();
        // About 90 KB were written, in eleven files of which each takes some 500 bytes compressed.
        assertThat(sizeOf(old)).isLessThan(3_000);
        String first = firstLineOf(old.getFirst());
        assertThat(first).contains(" INFO  rotation call= line ").contains("xxxx");
    }

    @Test
    public void linesThatFindNoRoomAreCountedAndNobodyWaits() throws Exception {
        AsyncAppender log = context.getConfiguration().getAppender("log");
        CountingNoOpAppender dropped = context.getConfiguration().getAppender("dropped");

        assertThat(log.isBlocking()).isFalse();
        assertThat(log.getErrorRef()).isEqualTo(dropped.getName());
        assertThat(log.getQueueCapacity()).isEqualTo(8_192);
    }

    private List<Path> archives() throws Exception {
        long until = System.nanoTime() + LIMIT.toNanos();
        List<Path> found = List.of();
        while (System.nanoTime() < until) {
            try (Stream<Path> files = Files.list(folder)) {
                found =
                        files.filter(file -> file.toString().endsWith(".log.gz"))
                                .filter(LogRotationTest::isWhole)
                                .sorted()
                                .toList();
            }
            if (!found.isEmpty() && sizeOf(found) < 3_000) {
                return found;
            }
            Thread.sleep(50);
        }
        return found;
    }

    private static boolean isWhole(Path archive) {
        try {
            firstLineOf(archive);
            return true;
        } catch (IOException _) {
            return false; // being written
        }
    }

    private static long sizeOf(List<Path> files) throws IOException {
        long all = 0;
        for (Path file : files) {
            all += Files.size(file);
        }
        return all;
    }

    private static String firstLineOf(Path archive) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(archive)),
                                StandardCharsets.UTF_8))) {
            return String.valueOf(lines.readLine());
        }
    }
}
