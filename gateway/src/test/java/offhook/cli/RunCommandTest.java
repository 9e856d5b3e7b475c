package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// `offhook run` as a process of its own, where it cannot serve.
public class RunCommandTest {

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws Exception {
        folder = Files.createTempDirectory("run");
    }

    /// What a gateway that cannot serve says; it leaves as one whose configuration is wrong.
    private String said(String yaml, String... options) throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml);
        Path said = folder.resolve("said");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        "--allow-root",
                        "--config",
                        file.toString()));

        Process run =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(said.toFile())
                        .start();

        int left = run.waitFor();
        String text = Files.readString(said, StandardCharsets.UTF_8);
        assertThat(left).as(text).isEqualTo(Main.EXIT_CONFIGURATION);
        assertThat(text).doesNotContain("\tat ");
        return text.lines().toList().getLast();
    }

    @Test
    public void missingLibraryIsSaidInOneLine() throws Exception {
        String last =
                said(
                        """
                        node: {advertise: 127.0.0.1}
                        ops: {records: "off", audit: "off"}
                        """,
                        "-Dorg.lwjgl.opus.libname=/nowhere/libopus.so");

        assertThat(last).startsWith("offhook: libopus does not load").contains("install libopus");
    }

    @Test
    public void damagedRevocationIsSaidInOneLine() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path revocations = Files.writeString(data.resolve("revocations"), "once upon a time\n");
        int port;
        try (DatagramSocket free = new DatagramSocket()) {
            port = free.getLocalPort();
        }

        String last =
                said(
                        """
                        node: {advertise: 127.0.0.1}
                        media: {listen: "udp://127.0.0.1:%d"}
                        ops: {records: "off", audit: {file: data/audit.jsonl}}
                        """
                                .formatted(port));

        assertThat(last)
                .startsWith("offhook: " + revocations + ":1: no revocation; remove the line");
    }
}
