package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Prometheus' own opinion of what is meant for it.
public final class Promtool {

    private Promtool() {}

    /// Fails unless `promtool` with these arguments and this input has nothing to complain of.
    public static void accepts(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        try {
            Path said = Files.createTempFile("offhook-promtool", ".txt");
            Process promtool;
            try {
                promtool =
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(said.toFile())
                                .start();
            } catch (IOException e) {
                throw new AssertionError(
                        "promtool is missing; install it: sudo apt-get install prometheus", e);
            }
            try (var in = promtool.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(promtool.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(promtool.exitValue()).as(Files.readString(said)).isZero();
            Files.delete(said);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
