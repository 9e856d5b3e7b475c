package offhook.e2e.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One run of the program `offhook` to its end.
///
/// @param exitCode what it left with
/// @param out what it printed
/// @param err what it complained of
public record Program(int exitCode, String out, String err) {

    /// Runs it.
    ///
    /// @param folder for what it prints
    /// @param limit within which it must end
    /// @throws IllegalStateException when it does not
    public static Program run(Path folder, Duration limit, List<?> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        // As bin/offhook starts commands.
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        ClassArchive.gatewayClassPath(),
                        "offhook.cli.Main"));
        arguments.forEach(argument -> command.add(argument.toString()));
        return execute(folder, limit, command);
    }

    /// The same with another program: the first word is its path.
    public static Program execute(Path folder, Duration limit, List<String> command) {
        try {
            File out = Files.createTempFile(folder, "out", ".txt").toFile();
            File err = Files.createTempFile(folder, "err", ".txt").toFile();
            Process process =
                    new ProcessBuilder(command)
                            .redirectInput(new File("/dev/null"))
                            .redirectOutput(out)
                            .redirectError(err)
                            .start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException(command + " does not end");
                }
                return new Program(
                        process.exitValue(),
                        Files.readString(out.toPath()),
                        Files.readString(err.toPath()));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
