package offhook.e2e.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of others that a test needs, as sipp, sox, espeak-ng, dumpcap, chromium.
///
/// @param name the command
/// @param debianPackage where Debian has it
public record Tool(String name, String debianPackage) {
    public static final Tool SIPP = new Tool("sipp", "sip-tester");
    public static final Tool SOX = new Tool("sox", "sox");
    public static final Tool ESPEAK = new Tool("espeak-ng", "espeak-ng");
    public static final Tool DUMPCAP = new Tool("dumpcap", "tshark");
    public static final Tool BARESIP = new Tool("baresip", "baresip-core");
    public static final Tool LINPHONE = new Tool("linphonec", "linphone-cli");
    public static final Tool KAMAILIO = new Tool("kamailio", "kamailio kamailio-tls-modules");
    public static final Tool COTURN = new Tool("turnserver", "coturn");
    public static final Tool FAKETIME = new Tool("faketime", "faketime");
    public static final Tool PRLIMIT = new Tool("prlimit", "util-linux");
    public static final Tool OPENSSL = new Tool("openssl", "openssl");
    public static final Tool CHROMIUM = new Tool("chromium", "chromium");
    public static final Tool FIREFOX = new Tool("firefox-esr", "firefox-esr");

    /// What a finished program left.
    ///
    /// @param exitCode 0 is success
    /// @param output standard output and error together
    public record Result(int exitCode, String output) {}

    /// The program's file.
    ///
    /// @throws IllegalStateException with the command that installs it, if it is not there
    public Path path() {
        // Servers are in sbin, which Debian leaves out of the PATH of users.
        String path = System.getenv().getOrDefault("PATH", "/usr/bin") + ":/usr/sbin";
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(
                                name
                                        + " is missing; install it: apt-get install -y "
                                        + debianPackage));
    }

    /// Runs the program to its end.
    ///
    /// @throws IllegalStateException if it fails or takes longer than `limit`
    public String run(Duration limit, Object... arguments) {
        Result result = finish(limit, arguments);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(
                    name + " ended with " + result.exitCode() + ": " + result.output());
        }
        return result.output();
    }

    /// Runs the program to its end, whatever that is.
    public Result finish(Duration limit, Object... arguments) {
        try {
            Path output = Files.createTempFile("offhook-" + name, ".log");
            try {
                Process process = start(output, arguments);
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(name + " took longer than " + limit);
                }
                return new Result(process.exitValue(), Files.readString(output));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Starts the program; both its outputs go to `output`.
    public Process start(Path output, Object... arguments) {
        return start(new ProcessBuilder().redirectInput(new File("/dev/null")), output, arguments);
    }

    /// The same for a program that is told what to do while it runs, by its standard input.
    ///
    /// @param home where it keeps what is its own
    public Process startTold(Path home, Path output, Object... arguments) {
        var builder = new ProcessBuilder();
        builder.environment().put("HOME", home.toString());
        return start(builder, output, arguments);
    }

    private Process start(ProcessBuilder builder, Path output, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(path().toString());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        try {
            Process process =
                    builder.command(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            // Whoever is told to stop leaves no tool behind.
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The last lines of a log, for the message of a failure.
    static String tail(Path log, int lines) {
        try {
            List<String> all =
                    new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }
}
