package offhook.e2e.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;

/// A PostgreSQL server of Debian's package with a database of its own, on loopback.
final class Postgres implements AutoCloseable {

    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
    private static final String USER = "postgres";
    private static final long LIMIT_SECONDS = 60;

    private final Path programs;
    private final Path folder;
    private final Path data;
    private final int port;

    private Postgres(Path programs, Path folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.data = folder.resolve("data");
        this.port = port;
    }

    /// Makes a database cluster in a temporary folder and starts it.
    static Postgres start() {
        try {
            Postgres server =
                    new Postgres(
                            programs(), Files.createTempDirectory("postgres"), Ports.freePair());
            if (isRoot()) {
                run(List.of("chown", USER, server.folder.toString()));
            }
            server.asItsUser(
                    "initdb",
                    "-D",
                    server.data.toString(),
                    "-U",
                    "offhook",
                    "--auth=trust",
                    "--no-sync");
            server.resume();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path programs() throws IOException {
        if (Files.isDirectory(PACKAGES)) {
            try (Stream<Path> versions = Files.list(PACKAGES)) {
                List<Path> found =
                        versions.map(version -> version.resolve("bin"))
                                .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                                .sorted()
                                .toList();
                if (!found.isEmpty()) {
                    return found.getLast();
                }
            }
        }
        throw new IllegalStateException(
                "no PostgreSQL server is installed: sudo apt-get install postgresql");
    }

    /// Starts the server that was stopped, with what it had.
    void resume() {
        control(
                "start",
                "-l",
                folder.resolve("log").toString(),
                "-o",
                "-p "
                        + port
                        + " -c listen_addresses=127.0.0.1 -c unix_socket_directories="
                        + folder);
        Await.until(
                "PostgreSQL answers",
                CallStand.LIMIT,
                () -> {
                    try (Connection connection = connect()) {
                        return connection.isValid(1);
                    } catch (SQLException _) {
                        return false;
                    }
                });
    }

    /// Ends the server as a crash would.
    void crash() {
        control("stop", "-m", "immediate");
    }

    private void control(String... arguments) {
        List<String> command = new ArrayList<>(List.of("pg_ctl", "-w", "-D", data.toString()));
        command.addAll(List.of(arguments));
        asItsUser(command.toArray(String[]::new));
    }

    /// As the configuration of the gateway wants it.
    String url() {
        return "postgresql://127.0.0.1:" + port + "/postgres";
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:" + url() + "?user=offhook");
    }

    private void asItsUser(String... command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(
                    List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
        }
        whole.add(programs.resolve(command[0]).toString());
        whole.addAll(List.of(command).subList(1, command.length));
        run(whole);
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static void run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .directory(Path.of("/").toFile())
                            .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("failed: " + command);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            crash();
        } catch (IllegalStateException _) {
            // a test has stopped it already
        }
    }
}
