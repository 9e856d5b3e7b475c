package offhook.e2e.call;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Tool;

/// Kamailio as registrar and record-routing proxy, one port at three addresses, one for each
/// transport (`resources/kamailio/kamailio.cfg`). It asks for a password at REGISTER and at calls
/// of the gateway.
///
/// Whoever is registered is called by the account; a number of five digits is the port of a phone
/// at 127.0.0.1.
final class Kamailio implements AutoCloseable {
    static final String UDP_HOST = "127.0.0.40";
    static final String TCP_HOST = "127.0.0.41";
    static final String TLS_HOST = "127.0.0.42";
    static final String REALM = "kamailio.test";

    /// Of every account.
    static final String PASSWORD = "behind-the-proxy";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final Process process;
    private final int port;
    private final Path log;

    private Kamailio(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /// Starts it, and returns when it listens.
    ///
    /// @param folder for its configuration, its log and `kamailio.pem`, its certificate
    static Kamailio start(Path folder) {
        SelfSigned.write(folder, "kamailio", "IP:" + TLS_HOST);
        int port = Ports.freePair();
        Path file = folder.resolve("kamailio.cfg");
        Path log = folder.resolve("kamailio.log");
        try {
            Files.writeString(
                    file,
                    template()
                            .replace("@UDP@", UDP_HOST + ":" + port)
                            .replace("@TCP@", TCP_HOST + ":" + port)
                            .replace("@TLS@", TLS_HOST + ":" + port)
                            .replace("@MODULES@", modules().toString())
                            .replace("@CERTIFICATE@", folder.resolve("kamailio.pem").toString())
                            .replace("@KEY@", folder.resolve("kamailio-key.pem").toString())
                            .replace("@REALM@", REALM)
                            .replace("@PASSWORD@", PASSWORD));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // In the foreground, and what it says to its standard error.
        Process process = Tool.KAMAILIO.start(log, "-DD", "-E", "-f", file);
        var kamailio = new Kamailio(process, port, log);
        kamailio.awaitListening();
        return kamailio;
    }

    private static String template() throws IOException {
        String file = "/kamailio/kamailio.cfg";
        try (InputStream in = Kamailio.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("no " + file + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Where Debian has its modules, on whatever machine.
    private static Path modules() throws IOException {
        try (DirectoryStream<Path> machines = Files.newDirectoryStream(Path.of("/usr/lib"))) {
            for (Path machine : machines) {
                Path folder = machine.resolve("kamailio/modules");
                if (Files.exists(folder.resolve("tls.so"))) {
                    return folder;
                }
            }
        }
        throw new IllegalStateException(
                "the TLS module of kamailio is missing; install it: apt-get install -y "
                        + Tool.KAMAILIO.debianPackage());
    }

    private void awaitListening() {
        Await.within(START_LIMIT, () -> isListening() || !process.isAlive());
        if (!process.isAlive() || !isListening()) {
            close();
            throw new IllegalStateException("kamailio does not listen; see " + log);
        }
    }

    private boolean isListening() {
        try (var socket = new Socket(TCP_HOST, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /// Stops it and the processes it made.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
