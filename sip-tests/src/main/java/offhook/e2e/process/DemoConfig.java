package offhook.e2e.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;

/// `conf/demo.yaml` moved to free ports, so that tests neither meet each other nor a gateway that
/// runs.
///
/// @param file the configuration as written
public record DemoConfig(Path file, int sipPort, int webPort, int mediaPort, int opsPort) {
    private static final int SIP = 5060;
    private static final int WEB = 8080;
    private static final int MEDIA = 7882;
    private static final int OPS = 8081;

    /// Writes the moved configuration into `folder`, readable for its owner alone: tests give it
    /// secrets.
    public static DemoConfig onFreePorts(Path folder) {
        return onFreePorts(folder, UnaryOperator.identity());
    }

    /// The same with changes to its text.
    public static DemoConfig onFreePorts(Path folder, UnaryOperator<String> change) {
        var config =
                new DemoConfig(
                        folder.resolve("gateway.yaml"),
                        Ports.freePair(),
                        Ports.freePair(),
                        Ports.freePair(),
                        Ports.freePair());
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(config.file);
            Files.createFile(
                    config.file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            String text = change.apply(Files.readString(root().resolve("conf/demo.yaml")));
            Files.writeString(
                    config.file,
                    text.replace(":" + SIP, ":" + config.sipPort)
                            .replace(":" + WEB, ":" + config.webPort)
                            .replace(":" + MEDIA, ":" + config.mediaPort)
                            .replace(":" + OPS, ":" + config.opsPort));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return config;
    }

    /// The checkout: the property `offhook.root`, or the nearest folder above with a `conf`.
    public static Path root() {
        String given = System.getProperty("offhook.root");
        Path at = Path.of(given == null ? "" : given).toAbsolutePath();
        while (at != null && !Files.exists(at.resolve("conf/demo.yaml"))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IllegalStateException("no conf/demo.yaml here or above");
        }
        return at;
    }

    public InetSocketAddress sip() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), sipPort);
    }

    public String page() {
        return "http://127.0.0.1:" + webPort;
    }
}
