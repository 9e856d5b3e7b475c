package offhook.e2e.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;

/// What a load balancer is told at `/health/ready`.
///
/// @param status of the response
record Readiness(int status, JsonNode body) {
    private static final int OK = 200;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Readiness of(DemoConfig config) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + config.opsPort() + "/health/ready");
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        int status = connection.getResponseCode();
        try (var in = status == OK ? connection.getInputStream() : connection.getErrorStream()) {
            return new Readiness(
                    status, JSON.readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } finally {
            connection.disconnect();
        }
    }

    /// Asks until calls may come, or may not.
    static Readiness await(DemoConfig config, boolean ready, Duration limit) {
        AtomicReference<Readiness> last = new AtomicReference<>();
        Await.until(
                ready ? "calls may come" : "no calls should come",
                limit,
                () -> {
                    try {
                        last.set(of(config));
                        return last.get().isReady() == ready;
                    } catch (IOException _) {
                        return false; // not answered in time
                    }
                });
        return last.get();
    }

    boolean isReady() {
        return status == OK && body.path("status").asText().equals("ready");
    }

    /// Why not, of one check.
    List<String> reasons(String check) {
        List<String> reasons = new ArrayList<>();
        body.path("reasons").path(check).forEach(each -> reasons.add(each.asText()));
        return reasons;
    }
}
