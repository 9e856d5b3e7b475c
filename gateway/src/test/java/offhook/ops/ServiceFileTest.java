package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.testng.annotations.Test;

/// The service that is shipped for systemd gives the gateway no more than it needs.
public class ServiceFileTest {

    private static final Path UNIT =
            Path.of("..", "conf", "examples", "systemd", "offhook.service");

    /// Tenths of the ten points of exposure; a service without any hardening has 96.
    private static final int MOST_EXPOSURE = 20;

    @Test
    public void systemdFindsItHardlyExposed() throws IOException, InterruptedException {
        Process analysis;
        try {
            analysis =
                    new ProcessBuilder(
                                    "systemd-analyze",
                                    "security",
                                    "--offline=true",
                                    "--threshold=" + MOST_EXPOSURE,
                                    UNIT.toString())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "systemd-analyze is missing; install it: sudo apt-get install systemd", e);
        }
        String said = new String(analysis.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(analysis.waitFor()).as(said).isZero();
        assertThat(said).contains("Overall exposure level for offhook.service");
    }
}
