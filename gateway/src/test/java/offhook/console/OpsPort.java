package offhook.console;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.config.DoctorConfig;
import offhook.config.Listen;
import offhook.config.OpsConfig;
import offhook.config.OpsUser;
import offhook.config.RecordingConfig;
import offhook.config.RecordsConfig;
import offhook.config.Secret;
import offhook.ops.Health;
import offhook.ops.LiveAudio;
import offhook.ops.Metrics;
import offhook.telemetry.Counters;

/// An operations port on loopback and somebody who asks it.
final class OpsPort implements AutoCloseable {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final OpsServer server;

    OpsPort(Scene scene, Optional<String> token, OpsUser... users) throws IOException {
        this(scene, token, Optional.empty(), users);
    }

    /// @param records where calls were recorded
    OpsPort(Scene scene, Optional<String> token, Optional<RecordsConfig> records, OpsUser... users)
            throws IOException {
        this(scene, token, records, Archive.LONGEST_SEARCH, users);
    }

    /// @param longestSearch may a search of them take
    OpsPort(
            Scene scene,
            Optional<String> token,
            Optional<RecordsConfig> records,
            Duration longestSearch,
            OpsUser... users)
            throws IOException {
        Listen listen =
                new Listen("http", new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        server =
                new OpsServer(
                        listen,
                        new OpsConfig(
                                Optional.of(listen),
                                token.map(Secret::new),
                                records,
                                DoctorConfig.DEFAULT,
                                Optional.empty(),
                                List.of(users),
                                RecordingConfig.OFF,
                                Optional.empty(),
                                Optional.empty()),
                        new Health(),
                        new Metrics(new Counters(), new LiveAudio(List::of, _ -> Optional.empty())),
                        scene.sights(),
                        scene.deeds(),
                        longestSearch);
        server.start();
    }

    HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(at(path));
    }

    @Override
    public void close() {
        http.shutdownNow();
        server.stop();
    }
}
