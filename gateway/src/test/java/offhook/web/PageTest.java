package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PageTest {

    /// `from './x.js'`, and the script of a worker.
    private static final Pattern IMPORT = Pattern.compile("(?:from |new URL\\()'(\\.[^']+)'");

    private WebGateway gateway;

    @BeforeClass
    public void start() {
        gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        gateway.close();
    }

    @Test
    public void fileIsServedWithItsTypeAndStrictHeaders() throws Exception {
        HttpResponse<String> answer = get("/probe.html");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("<title>probe</title>");
        assertThat(header(answer, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(answer, "Content-Security-Policy"))
                .contains("default-src 'none'")
                .contains("script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(answer, "Permissions-Policy")).contains("microphone=(self)");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
        assertThat(answer.headers().firstValue("Server")).isEmpty();
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    public void unchangedFileIsNotSentAgain() throws Exception {
        String etag = header(get("/probe.html"), "ETag");

        HttpResponse<String> answer =
                gateway.send(
                        HttpRequest.newBuilder(gateway.uri("/probe.html"))
                                .header("If-None-Match", etag));

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(header(answer, "Content-Security-Policy")).isNotEmpty();
    }

    @Test
    public void clientLibraryMayBeLoadedByOtherSites() throws Exception {
        HttpResponse<String> answer = get("/client/probe.js");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @DataProvider
    public Object[][] entries() {
        return new Object[][] {{"/client/offhook.js"}, {"/page/page.js"}};
    }

    /// A module that is missing, or misspelt, leaves browsers with an empty page.
    @Test(dataProvider = "entries")
    public void everyModuleThatAnEntryImportsIsServed(String entry) throws Exception {
        Deque<URI> open = new ArrayDeque<>(List.of(gateway.uri(entry)));
        Set<URI> seen = new LinkedHashSet<>();

        while (!open.isEmpty()) {
            URI module = open.remove();
            HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(module));
            assertThat(answer.statusCode()).as("%s", module).isEqualTo(200);
            assertThat(header(answer, "Content-Type"))
                    .as("%s", module)
                    .isEqualTo("text/javascript; charset=utf-8");
            IMPORT.matcher(answer.body())
                    .results()
                    .map(found -> module.resolve(found.group(1)))
                    .filter(seen::add)
                    .forEach(open::add);
        }

        assertThat(seen).hasSizeGreaterThan(5);
    }

    @DataProvider
    public Object[][] pathsThatLeadNowhere() {
        return new Object[][] {
            {"/nothing.html"},
            {"/client/../../AgentDesk.class"},
            {"/%2e%2e/agent-protocol.schema.json"},
            {"/..%2fagent-protocol.schema.json"},
            {"/client%2fprobe.js"},
            {"//probe.html"},
            {"/probe.html;x=1/../.."},
            {"/client"},
            {"/agent"},
            {"/probe.html%00.js"},
        };
    }

    @Test(dataProvider = "pathsThatLeadNowhere")
    public void nothingOutsideTheFolderIsServed(String path) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).as(path).isBetween(400, 404);
        assertThat(answer.body()).doesNotContain("agent-protocol:1");
    }

    @Test
    public void onlyReadingIsAllowed() throws Exception {
        HttpResponse<String> answer =
                gateway.send(HttpRequest.newBuilder(gateway.uri("/probe.html")).DELETE());

        assertThat(answer.statusCode()).isEqualTo(405);
    }

    @Test
    public void overlongHeadersAreRefused() throws Exception {
        HttpResponse<String> answer =
                gateway.send(
                        HttpRequest.newBuilder(gateway.uri("/probe.html"))
                                .header("X-Long", "x".repeat(10_000)));

        assertThat(answer.statusCode()).isEqualTo(431);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
