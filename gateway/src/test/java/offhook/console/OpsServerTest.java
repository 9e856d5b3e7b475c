package offhook.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import offhook.config.Listen;
import offhook.config.OpsConfig;
import offhook.config.Secret;
import offhook.ops.Health;
import offhook.ops.LiveAudio;
import offhook.ops.Metrics;
import offhook.ops.Promtool;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class OpsServerTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    private final List<String> dead = new CopyOnWriteArrayList<>();
    private final List<String> busy = new CopyOnWriteArrayList<>();
    private final Metrics metrics =
            new Metrics(new Counters(), new LiveAudio(List::of, _ -> Optional.empty()));
    private OpsServer server;

    @BeforeMethod
    public void open() throws IOException {
        dead.clear();
        busy.clear();
        server = serve(Optional.empty());
    }

    @AfterMethod
    public void close() {
        server.stop();
    }

    private OpsServer serve(Optional<Secret> token) throws IOException {
        Listen listen =
                new Listen("http", new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Health health = new Health();
        health.addLife("media", () -> dead);
        health.addReadiness("pressure", () -> busy);
        health.setWarnings(() -> List.of("a certificate is old"));
        OpsServer made =
                new OpsServer(
                        listen,
                        new OpsConfig(Optional.of(listen), token, Optional.empty()),
                        health,
                        metrics,
                        Scene.idle());
        made.start();
        return made;
    }

    /// The whole answer to a request written by hand: what a browser or a scraper cannot send must
    /// be tried too.
    private String ask(String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server.address(), 10_000);
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String get(String path, String... fields) throws IOException {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
        request.append("Host: 127.0.0.1\r\nConnection: close\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        return ask(request.append("\r\n").toString());
    }

    @Test
    public void metricsAreServedAsPrometheusReadsThem() throws IOException {
        String answer = get("/metrics");

        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Type: text/plain; version=0.0.4; charset=utf-8")
                .contains("offhook_calls_active 0.0")
                .doesNotContain("Server:");
        Promtool.accepts(
                answer.substring(answer.indexOf("# HELP"), answer.lastIndexOf('\n') + 1),
                "check",
                "metrics");
    }

    @Test
    public void healthSaysWhyNot() throws IOException {
        assertThat(get("/health/live")).startsWith("HTTP/1.1 200 ").contains("\"status\":\"live\"");
        assertThat(get("/health/ready"))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"status\":\"ready\"")
                .contains("\"warnings\":[\"a certificate is old\"]");

        busy.add("the CPU is fully used");
        assertThat(get("/health/live")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/health/ready"))
                .startsWith("HTTP/1.1 503 ")
                .contains("\"status\":\"not-ready\"")
                .contains("\"pressure\":[\"the CPU is fully used\"]");

        busy.clear();
        dead.add("media loop 0 does not move");
        assertThat(get("/health/live"))
                .startsWith("HTTP/1.1 503 ")
                .contains("\"media\":[\"media loop 0 does not move\"]");
        assertThat(get("/health/ready")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    public void nothingElseIsAnswered() throws IOException {
        assertThat(get("/static/index.html")).startsWith("HTTP/1.1 404 ");
        assertThat(get("/metrics/../conf/gateway.yaml")).startsWith("HTTP/1.1 404 ");
        assertThat(ask("POST /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: GET, HEAD");
        // A page that a browser was led here with by its DNS.
        assertThat(
                        ask(
                                "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection:"
                                        + " close\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(get("/metrics", "X-Long: " + "a".repeat(8_000))).startsWith("HTTP/1.1 431 ");
        assertThat(ask("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    public void withATokenOnlyTheStatusIsForEverybody() throws IOException {
        server.stop();
        server = serve(Optional.of(new Secret(TOKEN)));
        busy.add("the CPU is fully used");

        assertThat(get("/metrics"))
                .startsWith("HTTP/1.1 401 ")
                .contains("WWW-Authenticate: Bearer")
                .doesNotContain("offhook_calls");
        assertThat(get("/metrics", "Authorization: Bearer " + TOKEN.replace('0', '1')))
                .startsWith("HTTP/1.1 401 ");
        assertThat(get("/health/ready"))
                .startsWith("HTTP/1.1 503 ")
                .contains("{\"status\":\"not-ready\"}");

        assertThat(get("/metrics", "Authorization: Bearer " + TOKEN)).startsWith("HTTP/1.1 200 ");
        assertThat(get("/health/ready", "Authorization: bearer " + TOKEN)).contains("fully used");
    }

    @Test
    public void anAddressInUseIsToldAsTheSettingThatNamesIt() {
        Listen taken = new Listen("http", server.address());
        OpsServer second =
                new OpsServer(
                        taken,
                        new OpsConfig(Optional.of(taken), Optional.empty(), Optional.empty()),
                        new Health(),
                        metrics,
                        Scene.idle());

        assertThatThrownBy(second::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ops.listen: ")
                .hasMessageContaining(Integer.toString(server.address().getPort()));
    }
}
