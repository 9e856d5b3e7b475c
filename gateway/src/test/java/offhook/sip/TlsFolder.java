package offhook.sip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import offhook.config.ConfigLoader;
import offhook.config.GatewayConfig;
import offhook.config.NodeConfig;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counters;
import offhook.tls.TestAuthority;

/// A folder as a gateway at 127.0.0.1 has it: its certificate and key, and an authority that it
/// believes (`own.pem`, `key.pem`, `ca.pem`). Endpoints read their settings there.
final class TlsFolder implements AutoCloseable {

    private final TestAuthority authority = new TestAuthority("authority of the tests");
    private final Path path;

    TlsFolder() throws Exception {
        path = Files.createTempDirectory("offhook-tls");
        authority.write(path.resolve("ca.pem"));
        authority.issue("ip:127.0.0.1").write(path.resolve("own.pem"), path.resolve("key.pem"));
    }

    TestAuthority authority() {
        return authority;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /// These settings, as they are read here.
    GatewayConfig config(String yaml) throws Exception {
        return ConfigLoader.load("test.yaml", yaml, _ -> Optional.empty(), path).config();
    }

    /// An endpoint of these settings, which is to be started.
    SipEndpoint endpoint(String yaml, Counters counters) throws Exception {
        GatewayConfig config = config(yaml);
        return new SipEndpoint(
                new SipSettings(
                        new NodeConfig("test", Optional.empty()),
                        config.sip(),
                        config.trunks(),
                        config.limits()),
                counters,
                NanoClock.system());
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(path);
    }
}
