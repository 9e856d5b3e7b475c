package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import offhook.telemetry.Counter;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SignInTest {

    private WebGateway gateway;

    @BeforeMethod
    public void start() {
        gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5));
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        gateway.close();
    }

    @Test
    public void rightPasswordGivesATokenThatSignsIn() throws Exception {
        HttpResponse<String> answer = gateway.signIn("alice", WebGateway.PASSWORD);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(WebGateway.field(answer.body(), "agent")).isEqualTo("alice");
        assertThat(WebGateway.field(answer.body(), "display-name")).isEqualTo("Alice");
        assertThat(WebGateway.field(answer.body(), "expires-in")).isEqualTo("3600");
        Page page = gateway.connect();
        page.hello(WebGateway.field(answer.body(), "token"), "i", "away");
        assertThat(page.expect("welcome"))
                .contains("\"agent\":\"alice\"")
                .contains("\"state\":\"away\"")
                .contains("\"calls\":[]");
    }

    @Test
    public void wrongPasswordAndUnknownNameAreToldInTheSameWords() throws Exception {
        HttpResponse<String> wrong = gateway.signIn("alice", "guess");
        HttpResponse<String> unknown = gateway.signIn("mallory", "guess");

        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("31201").isEqualTo(unknown.body());
        assertThat(gateway.counters.get(Counter.WEB_REFUSED_TOKEN)).isEqualTo(2);
    }

    @Test
    public void tenFailuresBlockTheNameThereEvenWithTheRightPassword() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(gateway.signIn("alice", "guess" + i).statusCode()).isEqualTo(401);
        }

        HttpResponse<String> answer = gateway.signIn("alice", WebGateway.PASSWORD);

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 61L);
        assertThat(answer.body()).contains("31206");
    }

    @Test
    public void failuresThroughAProxyBlockTheClientAndNotTheProxy() throws Exception {
        for (int i = 0; i < 30; i++) {
            assertThat(forwarded("203.0.113.7", "nobody" + i, "guess")).isEqualTo(401);
        }

        assertThat(forwarded("203.0.113.7", "bob", WebGateway.PASSWORD)).isEqualTo(429);
        assertThat(forwarded("203.0.113.8", "bob", WebGateway.PASSWORD)).isEqualTo(200);
    }

    @Test
    public void strangerWhoGuessesDoesNotLockTheAgentOut() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(forwarded("203.0.113.7", "alice", "guess")).isEqualTo(401);
        }

        assertThat(forwarded("203.0.113.7", "alice", WebGateway.PASSWORD)).isEqualTo(429);
        assertThat(forwarded("203.0.113.8", "alice", WebGateway.PASSWORD)).isEqualTo(200);
    }

    private int forwarded(String client, String name, String password) throws Exception {
        return gateway.send(
                        HttpRequest.newBuilder(gateway.uri("/api/token"))
                                .header("Content-Type", "application/json")
                                .header("X-Forwarded-For", "10.9.9.9, " + client)
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"name\":\""
                                                        + name
                                                        + "\",\"password\":\""
                                                        + password
                                                        + "\"}")))
                .statusCode();
    }

    @DataProvider
    public Object[][] badBodies() {
        return new Object[][] {
            {""},
            {"{"},
            {"[]"},
            {"{\"name\":\"alice\"}"},
            {"{\"name\":\"alice\",\"password\":1}"},
            {"{\"name\":\"alice\",\"password\":\"x\",\"admin\":1}"},
            {"{\"name\":\"alice\",\"name\":\"bob\",\"password\":\"x\"}"},
            {"{\"name\":\"alice\",\"password\":\"" + "x".repeat(5_000) + "\"}"},
        };
    }

    @Test(dataProvider = "badBodies")
    public void bodyThatIsNotNameAndPasswordIsRefused(String body) throws Exception {
        HttpResponse<String> answer = gateway.post(body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("31100");
    }

    @Test
    public void bodyOfAnotherKindOrCompressedIsRefused() throws Exception {
        HttpResponse<String> form =
                gateway.send(
                        HttpRequest.newBuilder(gateway.uri("/api/token"))
                                .header("Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        HttpResponse<String> gzip =
                gateway.send(
                        HttpRequest.newBuilder(gateway.uri("/api/token"))
                                .header("Content-Type", "application/json")
                                .header("Content-Encoding", "gzip")
                                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(form.statusCode()).isEqualTo(415);
        assertThat(gzip.statusCode()).isEqualTo(415);
    }

    @Test
    public void onlyPostSignsIn() throws Exception {
        HttpResponse<String> answer =
                gateway.send(HttpRequest.newBuilder(gateway.uri("/api/token")).GET());

        assertThat(answer.statusCode()).isEqualTo(405);
    }

    @Test
    public void pagesOfForeignOriginsMayNotSignIn() throws Exception {
        HttpResponse<String> answer = fromOrigin("https://evil.example", "POST");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    public void pagesOfAllowedOriginsMaySignIn() throws Exception {
        HttpResponse<String> preflight = fromOrigin(WebGateway.ORIGIN, "OPTIONS");
        HttpResponse<String> answer = fromOrigin(WebGateway.ORIGIN, "POST");

        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .isEqualTo(Optional.of(WebGateway.ORIGIN));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> fromOrigin(String origin, String method) throws Exception {
        return gateway.send(
                HttpRequest.newBuilder(gateway.uri("/api/token"))
                        .header("Content-Type", "application/json")
                        .header("Origin", origin)
                        .method(
                                method,
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"name\":\"bob\",\"password\":\""
                                                + WebGateway.PASSWORD
                                                + "\"}")));
    }
}
