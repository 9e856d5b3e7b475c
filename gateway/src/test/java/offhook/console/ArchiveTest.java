package offhook.console;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import offhook.cdr.CallRecorder;
import offhook.config.OpsUser;
import offhook.config.RecordsConfig;
import offhook.config.Secret;
import offhook.runtime.NanoClock;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Call records at the operations port: 250 calls, one a minute, of which every tenth was bad.
public class ArchiveTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final int CALLS = 250;

    /// SQL that makes calls of which each begins a second after the one before.
    private static final String CALLS_SQL =
            """
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
            INSERT INTO calls (id, node, direction, source, caller, caller_name, withheld, called,
                agent, started_at, ended_at, talk_millis, result, reason, legs, headers, verdict)
            SELECT '%s' || i, 'gw', 'in', 'pbx', CASE i WHEN 7 THEN '=1+1' ELSE '555' || i END,
                'Ana', 0, '200', 'alice',
                strftime('%%Y-%%m-%%dT%%H:%%M:%%S.000Z', '2026-03-01', i || ' seconds'),
                '2026-03-02T00:00:00.000Z', i * 1000, 'answered', 'hang-up', '[{"leg":0}]', '{}',
                CASE WHEN i %% 10 = 0 THEN 'bad' ELSE 'good' END FROM n
            """;

    private final ObjectMapper json = new ObjectMapper();
    private final OpsUser rita =
            new OpsUser(
                    "rita",
                    new Secret(BCrypt.withDefaults().hashToString(4, "secret".toCharArray())),
                    OpsUser.Role.READ);
    private Path folder;
    private RecordsConfig config;
    private Scene scene;
    private OpsPort port;

    @BeforeClass
    public void start() throws Exception {
        folder = Files.createTempDirectory("archive");
        config =
                new RecordsConfig(
                        folder,
                        "jdbc:sqlite:" + folder.resolve("records.db"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        // It makes the table.
        CallRecorder recorder =
                CallRecorder.start(config, "gw", NanoClock.system(), Clock.systemUTC());
        long end = System.nanoTime() + 30_000_000_000L;
        while (!isThere() && System.nanoTime() - end < 0) {
            Thread.sleep(20);
        }
        recorder.stop();
        execute(CALLS_SQL.formatted(CALLS - 1, "c"));
        scene = new Scene();
        port = new OpsPort(scene, Optional.of(TOKEN), Optional.of(config), rita);
    }

    private boolean isThere() {
        try {
            execute("UPDATE calls SET mos = NULL WHERE verdict = 'none'");
            return true;
        } catch (SQLException _) {
            return false;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(config.url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws IOException {
        port.close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private HttpResponse<String> get(String path) throws IOException {
        return port.send(port.at(path).header("Authorization", "Bearer " + TOKEN));
    }

    private JsonNode read(String path) throws IOException {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private static void refused(HttpResponse<String> answer, int status, String key, String why) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"error\":\"" + key + "\"").contains(why);
    }

    @Test
    public void pagesLeadThroughAllCallsThatFit() throws IOException {
        JsonNode page = read("/api/records?since=2026-03-01&reason=hang-up");
        assertThat(page.path("total").asInt()).isEqualTo(CALLS);
        assertThat(page.path("more-than-total").asBoolean()).isFalse();
        assertThat(page.at("/list/0/id").asText()).isEqualTo("c249");
        assertThat(page.at("/list/0").has("legs")).isFalse();

        Set<String> ids = new HashSet<>();
        page.path("list").forEach(call -> ids.add(call.path("id").asText()));
        while (!page.path("after").isNull()) {
            page =
                    read(
                            "/api/records?since=2026-03-01&reason=hang-up&after="
                                    + page.path("after").asText());
            page.path("list").forEach(call -> ids.add(call.path("id").asText()));
        }

        assertThat(ids).hasSize(CALLS);
    }

    @Test
    public void oneRecordHasAll() throws IOException {
        JsonNode record = read("/api/records/c10");

        assertThat(record.path("caller").asText()).isEqualTo("55510");
        assertThat(record.at("/legs/0/leg").asInt(-1)).isZero();
        assertThat(record.path("notes").isObject()).isTrue();
        refused(get("/api/records/unknown"), 404, "not-found", "No call of this id");
    }

    @Test
    public void filesHoldWhatFits() throws IOException {
        HttpResponse<String> csv = get("/api/records.csv?talked=5&until=2026-03-01T00:00:10Z");

        assertThat(csv.headers().firstValue("Content-Type")).hasValue("text/csv;charset=utf-8");
        assertThat(csv.headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"records.csv\"");
        assertThat(csv.body().lines()).hasSize(6);
        assertThat(csv.body()).startsWith("id,node,").contains(",'=1+1,").contains(",5559,");
        assertThat(scene.audited)
                .contains(
                        "127.0.0.1 export records.csv {talked=5, until=2026-03-01T00:00:10Z} ok, 5"
                                + " records");

        String lines = get("/api/records.jsonl?verdict=bad").body();
        assertThat(lines.lines()).hasSize(CALLS / 10);
        for (String line : lines.lines().toList()) {
            assertThat(json.readTree(line).path("verdict").asText()).isEqualTo("bad");
        }
    }

    @Test
    public void aFileIsTheWorkOfWhoIsSignedIn() throws IOException {
        HttpResponse<String> granted =
                port.send(
                        port.at("/api/session")
                                .header("Content-Type", "application/json")
                                .POST(
                                        BodyPublishers.ofString(
                                                "{\"name\":\"rita\",\"password\":\"secret\"}")));
        String token = json.readTree(granted.body()).path("token").asText();

        HttpResponse<String> csv =
                port.send(
                        port.at("/api/records.csv?number=5557")
                                .header("Authorization", "Bearer " + token));

        assertThat(csv.statusCode()).isEqualTo(200);
        assertThat(scene.audited)
                .anyMatch(line -> line.startsWith("page:rita@127.0.0.1 export records.csv"));
    }

    @Test
    public void whatIsNoFilterSaysSo() throws IOException {
        refused(get("/api/records?verdict=fine"), 400, "malformed", "verdict: 'fine' is none of");
        refused(get("/api/records?colour=red"), 400, "malformed", "colour: unknown");
        refused(get("/api/records?after=x"), 400, "malformed", "after: ");
        refused(get("/api/records?agent=a&agent=b"), 400, "malformed", "agent: said twice");
        refused(get("/api/records/c1/legs"), 404, "not-found", "");
    }

    @Test
    public void whoMayNotReadGetsNoRecord() throws IOException {
        refused(port.get("/api/records"), 401, "unauthorized", "");
        refused(port.get("/api/records.csv"), 401, "unauthorized", "");
        refused(port.get("/api/records/c1"), 401, "unauthorized", "");
    }

    @Test
    public void withoutRecordsThePageSaysWhy() throws IOException {
        try (OpsPort without = new OpsPort(new Scene(), Optional.empty())) {
            refused(without.get("/api/records"), 404, "no-records", "ops.records is off");
        }
    }

    @Test
    public void aDatabaseThatIsAwayIsSaid() throws IOException {
        RecordsConfig away =
                new RecordsConfig(
                        folder,
                        "jdbc:sqlite:" + folder.resolve("away.db"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        try (OpsPort without = new OpsPort(new Scene(), Optional.empty(), Optional.of(away))) {
            refused(without.get("/api/records"), 503, "unavailable", "no call has been recorded");
        }
    }

    /// As many as would hold every carrier of virtual threads, or as many as may search.
    @Test(timeOut = 60_000)
    public void searchesThatNeverEndAreEndedAllTheSame() throws Exception {
        RecordsConfig endless = endless();
        int searches = Math.min(Archive.READERS, Runtime.getRuntime().availableProcessors());
        Duration longest = Duration.ofMillis(800);
        List<Future<HttpResponse<String>>> answers = new ArrayList<>();
        try (ExecutorService askers = Executors.newCachedThreadPool();
                OpsPort slow =
                        new OpsPort(new Scene(), Optional.empty(), Optional.of(endless), longest)) {
            for (int i = 0; i < searches; i++) {
                answers.add(askers.submit(() -> slow.get("/api/records?verdict=failed")));
            }
            for (Future<HttpResponse<String>> answer : answers) {
                refused(answer.get(), 409, "too-slow", "took longer than 0.8 s");
            }
            refused(slow.get("/api/records?verdict=failed"), 409, "too-slow", "since, until");
        }
    }

    /// Of this one, nobody finds the end.
    private RecordsConfig endless() throws IOException, SQLException {
        Path file = folder.resolve("endless.db");
        Files.copy(folder.resolve("records.db"), file);
        RecordsConfig endless =
                new RecordsConfig(
                        folder,
                        "jdbc:sqlite:" + file,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        try (Connection connection = DriverManager.getConnection(endless.url());
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE calls RENAME TO some");
            statement.execute(
                    "CREATE VIEW calls AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                            + " FROM n) SELECT some.* FROM n CROSS JOIN some");
        }
        return endless;
    }

    /// Last: it changes what is there.
    @Test(dependsOnMethods = {"pagesLeadThroughAllCallsThatFit", "filesHoldWhatFits"})
    public void aFileIsWholeOrRefused() throws Exception {
        execute(CALLS_SQL.formatted(Archive.MOST_IN_FILE - CALLS - 1, "m"));

        assertThat(get("/api/records.csv").body().lines()).hasSize(Archive.MOST_IN_FILE + 1);
        JsonNode page = read("/api/records");
        assertThat(page.path("total").asInt()).isEqualTo(Archive.MOST_COUNTED);
        assertThat(page.path("more-than-total").asBoolean()).isTrue();

        execute(CALLS_SQL.formatted(0, "z"));
        refused(get("/api/records.csv"), 409, "too-many", "More than 100000 calls fit");
    }
}
