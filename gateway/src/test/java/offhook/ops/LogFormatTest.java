package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import offhook.telemetry.LogContext;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// One event is one line, whatever strangers put into it, as words or as JSON.
@Test(singleThreaded = true)
public class LogFormatTest {

    private static final Path SHIPPED = Path.of("..", "conf", "log4j2.xml");
    private static final String EVIL = "a\r\nERROR forged \u001b[31mred\u001b[0m \"quoted\"";

    private Path folder;

    @BeforeMethod
    public void choose() throws IOException {
        folder = Files.createTempDirectory("logs");
        System.setProperty("offhook.logs", folder.toString());
    }

    @AfterMethod(alwaysRun = true)
    public void forget() throws IOException {
        System.clearProperty("offhook.logs");
        System.clearProperty("offhook.log.format");
        Files.delete(folder.resolve("offhook.log"));
        Files.delete(folder);
    }

    private List<String> written() throws IOException {
        LoggerContext context = new LoggerContext("format", null, SHIPPED.toUri());
        context.start();
        Logger log = context.getLogger("offhook.format");
        try (var _ = LogContext.ofCall("0123456789abcdef01234567")) {
            LogContext.trunk("pbx");
            LogContext.agent("alice");
            log.info("from={}", EVIL);
        }
        try (var _ = LogContext.ofTrunk("other")) {
            log.error("a defect", new IllegalStateException(EVIL));
        } finally {
            context.stop(10, TimeUnit.SECONDS);
        }
        return Files.readAllLines(folder.resolve("offhook.log"));
    }

    @Test
    public void linesAreJsonWhereThatIsAskedFor() throws IOException {
        System.setProperty("offhook.log.format", "json");

        List<String> lines = written();

        assertThat(lines).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(lines.getFirst());
        assertThat(first.path("time").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(first.path("level").asText()).isEqualTo("INFO");
        assertThat(first.path("logger").asText()).isEqualTo("offhook.format");
        assertThat(first.path("call").asText()).isEqualTo("0123456789abcdef01234567");
        assertThat(first.path("trunk").asText()).isEqualTo("pbx");
        assertThat(first.path("agent").asText()).isEqualTo("alice");
        assertThat(first.path("message").asText()).isEqualTo("from=" + EVIL);
        JsonNode second = new ObjectMapper().readTree(lines.getLast());
        assertThat(second.path("trunk").asText()).isEqualTo("other");
        assertThat(second.path("call").asText()).isEmpty();
        assertThat(second.path("error").asText()).contains("IllegalStateException").contains(EVIL);
    }

    @Test
    public void wordsOfOthersEndNoLine() throws IOException {
        List<String> lines = written();

        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst())
                .contains(
                        "call=0123456789abcdef01234567 trunk=pbx agent=alice from=a\\r\\nERROR forged");
        assertThat(lines.get(1))
                .contains(
                        "call= trunk=other a defect java.lang.IllegalStateException: a\\r\\nERROR forged");
    }
}
