package offhook.e2e.sipp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import offhook.e2e.phone.SippLog;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Tool;

/// sipp with one call of a scenario of `resources/sipp`. It sends back whatever sound it gets, so
/// that who speaks to it hears himself when sound flows both ways.
final class Sipp implements AutoCloseable {

    /// How long it waits for each message.
    private static final int PATIENCE_MILLIS = 20_000;

    private final Process process;
    private final Path folder;

    private Sipp(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /// Calls a number at once.
    static Sipp calling(
            String scenario, String host, InetSocketAddress gateway, String number, Path folder) {
        return start(
                scenario,
                host,
                Ports.freePair(),
                folder,
                List.of(
                        "-s",
                        number,
                        gateway.getAddress().getHostAddress() + ":" + gateway.getPort()));
    }

    /// Waits for a call.
    static Sipp called(String scenario, String host, int port, Path folder) {
        return start(scenario, host, port, folder, List.of());
    }

    private static Sipp start(
            String scenario, String host, int port, Path folder, List<String> more) {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("scenario.xml");
            Files.write(file, text(scenario));
            Files.deleteIfExists(folder.resolve("messages.log"));
            Files.deleteIfExists(folder.resolve("errors.log"));
            List<Object> arguments =
                    new ArrayList<>(
                            List.of(
                                    "-sf",
                                    file,
                                    "-i",
                                    host,
                                    "-p",
                                    port,
                                    "-mi",
                                    host,
                                    "-mp",
                                    Ports.freePair(),
                                    "-rtp_echo",
                                    "-t",
                                    scenario.endsWith("-tcp") ? "t1" : "u1",
                                    "-m",
                                    1,
                                    "-l",
                                    1,
                                    "-nostdin",
                                    "-recv_timeout",
                                    PATIENCE_MILLIS,
                                    "-trace_msg",
                                    "-message_file",
                                    folder.resolve("messages.log"),
                                    "-trace_err",
                                    "-error_file",
                                    folder.resolve("errors.log")));
            arguments.addAll(more);
            return new Sipp(
                    Tool.SIPP.start(folder.resolve("sipp.out"), arguments.toArray()), folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] text(String scenario) throws IOException {
        String file = "/sipp/" + scenario + ".xml";
        try (InputStream in = Sipp.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("no " + file + " on the class path");
            }
            return in.readAllBytes();
        }
    }

    /// Waits until the scenario is over.
    ///
    /// @return empty if all went as it says, else what did not
    String awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return "not over after " + limit + "; " + explain();
            }
            return process.exitValue() == 0 ? "" : explain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private String explain() {
        Path errors = folder.resolve("errors.log");
        try {
            String why =
                    Files.exists(errors)
                            ? Files.readString(errors, StandardCharsets.ISO_8859_1)
                            : "no errors logged";
            return why + "; messages: " + SippLog.read(folder.resolve("messages.log")).summary();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
