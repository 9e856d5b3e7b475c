package offhook.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Optional;
import offhook.call.CallId;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ApiTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    private final ObjectMapper json = new ObjectMapper();
    private Scene scene = new Scene();
    private OpsPort port;

    @BeforeMethod
    public void open() throws IOException {
        scene = new Scene();
        port = new OpsPort(scene, Optional.empty());
    }

    @AfterMethod(alwaysRun = true)
    public void close() {
        port.close();
    }

    private JsonNode read(String path) throws IOException {
        HttpResponse<String> answer = port.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        return json.readTree(answer.body());
    }

    @Test
    public void whoWaitsIsTheFirstOrTheNext() throws IOException {
        CallId next = new CallId("0123456789abcdef01234568");
        scene.call(Scene.CALL, "Ana");
        scene.waits(Scene.CALL);
        scene.waits(next);
        close();
        port = new OpsPort(scene, Optional.empty());

        JsonNode queue = read("/api/queues").at("/queues/list/0");

        assertThat(queue.path("waiting").asInt()).isEqualTo(2);
        assertThat(queue.path("closed").asBoolean(true)).isFalse();
        assertThat(queue.path("paused-agents").isArray()).isTrue();
        JsonNode first = queue.at("/callers/0");
        assertThat(first.path("call").asText()).isEqualTo(Scene.CALL.value());
        assertThat(first.path("from").asText()).isEqualTo("600100200");
        assertThat(first.path("from-name").asText()).isEqualTo("Ana");
        assertThat(first.path("wait-seconds").asInt(-1)).isNotNegative();
        assertThat(first.path("offered-to")).isEmpty();
        // Its call is over already.
        assertThat(queue.at("/callers/1/call").asText()).isEqualTo(next.value());
        assertThat(queue.at("/callers/1/from").isNull()).isTrue();
    }

    @Test
    public void oneLookHasEverything() throws IOException {
        scene.call(Scene.CALL, "Ana");
        close();
        port = new OpsPort(scene, Optional.empty());

        JsonNode now = read("/api/now");

        JsonNode call = now.at("/calls/list/0");
        assertThat(now.at("/calls/total").asInt()).isEqualTo(1);
        assertThat(call.path("id").asText()).isEqualTo(Scene.CALL.value());
        assertThat(call.path("from").asText()).isEqualTo("600100200");
        assertThat(call.path("state").asText()).isEqualTo("active");
        assertThat(call.at("/legs/0/kind").asText()).isEqualTo("trunk");
        // Nobody measured it: unknown, and no good figure stands in for it.
        assertThat(call.at("/legs/0/heard-by-us/mos").isNull()).isTrue();
        assertThat(now.at("/gateway/node").asText()).isEqualTo("gw1");
        assertThat(now.at("/gateway/status").asText()).isEqualTo("ready");
        assertThat(now.at("/trunks/list/0/name").asText()).isEqualTo("pbx");
        assertThat(now.at("/trunks/list/0/registration-state").asText()).isEqualTo("unregistered");
        assertThat(now.at("/trunks/list/0/targets")).isEmpty();
        assertThat(now.at("/agents/list")).hasSize(2);
        assertThat(now.at("/agents/list/0/reachable-devices").asInt(-1)).isZero();
        assertThat(now.at("/loops/list/0/utilisation-percent").asDouble()).isEqualTo(25.0);
        assertThat(now.at("/alarms")).isEmpty();
        assertThat(now.at("/queues/total").asInt()).isEqualTo(1);
        assertThat(now.at("/queues/list/0/callers")).isEmpty();
    }

    private JsonNode whole(String part) {
        try {
            return read("/api/now").get(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @DataProvider
    public static Object[][] parts() {
        return new Object[][] {
            {"gateway"}, {"calls"}, {"trunks"}, {"queues"}, {"agents"}, {"loops"}, {"alarms"}
        };
    }

    @Test(dataProvider = "parts")
    public void eachPartIsToBeHadAlone(String part) throws IOException {
        JsonNode answer = read("/api/" + part);

        assertThat(answer.fieldNames()).toIterable().containsExactly("at", part);
        // Times go on between two looks.
        assertThat(answer.get(part).fieldNames())
                .toIterable()
                .containsExactlyElementsOf(() -> whole(part).fieldNames());
    }

    @Test
    public void aListIsCutAndSaysHowManyThereAre() throws IOException {
        for (int i = 0; i < Picture.MOST_ROWS + 7; i++) {
            scene.call(new CallId("%024x".formatted(i)), "");
        }
        close();
        port = new OpsPort(scene, Optional.empty());

        JsonNode calls = read("/api/calls").path("calls");

        assertThat(calls.path("total").asInt()).isEqualTo(Picture.MOST_ROWS + 7);
        assertThat(calls.path("list")).hasSize(Picture.MOST_ROWS);
    }

    @Test
    public void textOfTheNetworkIsDataAndNeverAPage() throws IOException {
        String name = "</script><img src=x onerror=alert(1)>\"\\\u2028";
        scene.call(Scene.CALL, name);
        close();
        port = new OpsPort(scene, Optional.empty());

        assertThat(read("/api/now").at("/calls/list/0/from-name").asText()).isEqualTo(name);
        HttpResponse<String> answer = port.get("/api/now");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }

    @Test
    public void theStoryOfACallIsTheDoctors() throws IOException {
        assertThat(read("/api/calls/" + Scene.CALL.value()).path("id").asText())
                .isEqualTo(Scene.CALL.value());
        assertThat(read("/api/last-calls").path("last-calls").isArray()).isTrue();
        assertThat(port.get("/api/calls/ffffffffffffffffffffffff").statusCode()).isEqualTo(404);
    }

    @DataProvider
    public static Object[][] nothing() {
        return new Object[][] {
            {"/api/"},
            {"/api/nothing"},
            {"/api/calls/"},
            {"/api/calls/xyz"},
            {"/api/calls/" + "0".repeat(25)},
            {"/api/now/"},
            {"/ops/nothing.js"},
            {"/static/index.html"}
        };
    }

    @Test(dataProvider = "nothing")
    public void whatIsNotThereIsNotFound(String path) throws IOException {
        assertThat(port.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    public void readingChangesNothing() throws IOException {
        HttpResponse<String> answer =
                port.send(port.at("/api/now").method("PUT", BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD, POST");
        assertThat(scene.done).isEmpty();
    }

    @Test
    public void withATokenNobodyElseReads() throws IOException {
        port.close();
        port = new OpsPort(scene, Optional.of(TOKEN));

        assertThat(port.get("/api/now").statusCode()).isEqualTo(401);
        assertThat(port.get("/api/last-calls").statusCode()).isEqualTo(401);
        assertThat(port.get("/api/calls/" + Scene.CALL.value()).statusCode()).isEqualTo(401);
        assertThat(
                        port.send(port.at("/api/now").header("Authorization", "Bearer " + TOKEN))
                                .statusCode())
                .isEqualTo(200);
        // The page itself says nothing of this gateway: it is where one signs in.
        assertThat(port.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    public void tooManyViewersAreTurnedAway() throws IOException {
        int served = 0;
        HttpResponse<String> answer = port.get("/api/alarms");
        while (answer.statusCode() == 200 && served < 10_000) {
            served++;
            answer = port.get("/api/alarms");
        }

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(served).isGreaterThanOrEqualTo(2 * ViewBudget.VIEWERS);
        // Those who watch health are not viewers.
        assertThat(port.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(port.get("/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    public void thePageIsServedWithItsModules() throws IOException {
        HttpResponse<String> page = port.get("/");

        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.body()).contains("/ops/main.js");
        assertThat(port.get("/ops/main.js").headers().firstValue("Content-Type"))
                .hasValue("text/javascript; charset=utf-8");
        assertThat(port.get("/ops/ops.css").headers().firstValue("Content-Type"))
                .hasValue("text/css; charset=utf-8");
    }
}
