package offhook.e2e.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Tool;

/// coturn on loopback, which takes names that are signed with a secret and relays to loopback only
/// here: in production that would lead strangers to what is bound there.
final class Coturn implements AutoCloseable {
    static final String SECRET = "shared-by-coturn-and-the-gateway";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int RELAY_PORTS = 20;

    private final Process process;
    private final int port;
    private final Path log;

    private Coturn(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /// Starts it, and returns when it listens.
    static Coturn start(Path folder) {
        int port = Ports.freePair();
        int relays = Ports.freePair();
        Path log = folder.resolve("coturn.log");
        Process process =
                Tool.COTURN.start(
                        log,
                        "-n",
                        "--listening-ip=127.0.0.1",
                        "--relay-ip=127.0.0.1",
                        "--listening-port=" + port,
                        "--min-port=" + relays,
                        "--max-port=" + (relays + RELAY_PORTS),
                        "--allow-loopback-peers",
                        "--use-auth-secret",
                        "--static-auth-secret=" + SECRET,
                        "--realm=offhook.test",
                        "--no-tls",
                        "--no-dtls",
                        "--no-cli",
                        "--verbose",
                        "--log-file=stdout",
                        "--pidfile=" + folder.resolve("coturn.pid"),
                        "--userdb=" + folder.resolve("coturn.db"));
        var coturn = new Coturn(process, port, log);
        if (!Await.within(START_LIMIT, () -> coturn.log().contains("listener opened on"))) {
            coturn.close();
            throw new IllegalStateException("coturn does not listen; see " + log);
        }
        return coturn;
    }

    /// For browsers that can send no UDP: what goes to the server goes by TCP.
    String url() {
        return "turn:127.0.0.1:" + port + "?transport=tcp";
    }

    /// What it has logged.
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
