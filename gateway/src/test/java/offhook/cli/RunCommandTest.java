package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.Test;

/// `offhook run` as a process of its own, where it cannot serve.
public class RunCommandTest {

    @Test
    public void missingLibraryIsSaidInOneLine() throws Exception {
        Path folder = Files.createTempDirectory("run");
        Path file =
                Files.writeString(
                        folder.resolve("gateway.yaml"),
                        """
                        node: {advertise: 127.0.0.1}
                        ops: {records: "off", audit: "off"}
                        """);
        Path said = folder.resolve("said");

        Process run =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dorg.lwjgl.opus.libname=/nowhere/libopus.so",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "run",
                                "--allow-root",
                                "--config",
                                file.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(said.toFile())
                        .start();

        assertThat(run.waitFor()).isEqualTo(Main.EXIT_CONFIGURATION);
        String text = Files.readString(said, StandardCharsets.UTF_8);
        assertThat(text.lines().toList().getLast())
                .startsWith("offhook: libopus does not load")
                .contains("install libopus");
        assertThat(text).doesNotContain("\tat ");
    }
}
