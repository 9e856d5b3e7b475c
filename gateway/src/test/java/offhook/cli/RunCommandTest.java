package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import offhook.net.FreePorts;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// `offhook run` as a process of its own, where it cannot serve.
public class RunCommandTest {

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws Exception {
        folder = Files.createTempDirectory("run");
    }

    /// What a gateway that cannot serve says; it leaves so that another try is made.
    private String said(String yaml, String... options) throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml);
        Path said = folder.resolve("said");
        List<String> command = command(file, options);

        Process run =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(said.toFile())
                        .start();

        int left = run.waitFor();
        String text = Files.readString(said, StandardCharsets.UTF_8);
        assertThat(left).as(text).isEqualTo(Main.EXIT_ENVIRONMENT);
        assertThat(text).doesNotContain("\tat ");
        return text.lines().toList().getLast();
    }

    static List<String> command(Path file, String... options) {
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
        return command;
    }

    /// A gateway that waits for its configuration, so that it has not started yet.
    ///
    /// @param meanwhile what is done to it
    /// @return its exit code
    private int whileItStarts(String yaml, Consumer<Process> meanwhile) throws Exception {
        Path late = folder.resolve("late.yaml");
        run("mkfifo", late.toString());
        Process starting =
                new ProcessBuilder(command(late))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        // Opened when the other end is.
        try (OutputStream configuration = Files.newOutputStream(late)) {
            meanwhile.accept(starting);
            // Long enough to die of it.
            assertThat(starting.waitFor(1, TimeUnit.SECONDS)).isFalse();
            configuration.write(yaml.getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(starting.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return starting.exitValue();
    }

    private static void run(String... command) {
        try {
            assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test(timeOut = 120_000)
    public void hangupWhileItStartsDoesNotKillIt() throws Exception {
        int left =
                whileItStarts("[]", starting -> run("kill", "-HUP", Long.toString(starting.pid())));

        assertThat(left).as("it went on and found a mistake").isEqualTo(Main.EXIT_CONFIGURATION);
    }

    @Test(timeOut = 120_000)
    public void whoIsToldToStopWhileItStartsStopsWell() throws Exception {
        String yaml =
                """
                node: {advertise: 127.0.0.1}
                sip: {listen: ["udp://127.0.0.1:%d"]}
                media: {listen: "udp://127.0.0.1:%d"}
                web: {listen: "http://127.0.0.1:%d"}
                ops: {records: "off", audit: "off"}
                """
                        .formatted(FreePorts.next(), FreePorts.next(), FreePorts.next());

        assertThat(whileItStarts(yaml, Process::destroy)).isZero();
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
        String last =
                said(
                        """
                        node: {advertise: 127.0.0.1}
                        media: {listen: "udp://127.0.0.1:%d"}
                        ops: {records: "off", audit: {file: data/audit.jsonl}}
                        """
                                .formatted(FreePorts.next()));

        assertThat(last)
                .startsWith("offhook: " + revocations + ":1: no revocation; remove the line");
    }
}
