package offhook.cdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import offhook.cdr.CallRecord.LegRecord;
import offhook.config.RecordsConfig;
import offhook.config.Secret;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What people ask of records that are there. `good` is a long call in the morning, `bad` a short
/// one that sounded badly, `lost` was never answered, `open` still lives.
public class RecordArchiveTest {

    private static final String DAY = "2026-03-01T";

    private Path folder;
    private RecordsConfig config;

    @BeforeClass
    public void record() throws IOException, SQLException {
        folder = Files.createTempDirectory("records");
        config = configOf("records.db");
        write(
                config,
                seen("good", "10:00:00", "+49 (30) 1234".replaceAll("[^+0-9]", ""), 600_000L, 4.3),
                seen("bad", "11:00:00", "=cmd|'/c calc'!A1", 30_000L, 2.9),
                seen("lost", "12:00:00", "-5551000", null, null),
                open("open", "13:00:00"),
                new Entry.Judged("good", "good", "nothing was found wrong"),
                new Entry.Judged("bad", "bad", "@alice heard gaps"));
    }

    @AfterClass(alwaysRun = true)
    public void delete() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private RecordsConfig configOf(String file) {
        return new RecordsConfig(
                folder,
                "jdbc:sqlite:" + folder.resolve(file),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static void write(RecordsConfig config, Entry... entries) throws SQLException {
        try (RecordStore store = RecordStore.open(config)) {
            store.write(List.of(entries));
        }
    }

    private static Entry seen(
            String id, String at, String caller, @Nullable Long talked, @Nullable Double mos) {
        boolean answered = talked != null;
        LegRecord leg =
                new LegRecord(
                        0, "trunk", "pbx", "PCMA", 0, 100, 100, 0, 0, 0, 0, null, null, mos, null);
        return new Entry.Seen(
                new CallRecord(
                        id,
                        "gw",
                        null,
                        answered ? "in" : "out",
                        answered ? "pbx" : "web",
                        caller,
                        "Ana",
                        false,
                        "200",
                        answered ? "alice" : "bob",
                        DAY + at + ".000Z",
                        null,
                        null,
                        DAY + at + ".500Z",
                        null,
                        talked,
                        answered ? "answered" : "abandoned",
                        "caller",
                        answered ? "hang-up" : "gave-up",
                        200,
                        16,
                        "",
                        List.of(leg),
                        Map.of(),
                        answered ? "desk" : null,
                        null,
                        List.of(),
                        answered ? null : "carrier",
                        answered ? null : "alice"));
    }

    private static Entry open(String id, String at) {
        return new Entry.Seen(
                new CallRecord(
                        id,
                        "gw",
                        null,
                        null,
                        "pbx",
                        "100_200",
                        "",
                        false,
                        "200",
                        "alice",
                        DAY + at + ".000Z",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        Map.of(),
                        null,
                        null,
                        List.of(),
                        null,
                        null));
    }

    @DataProvider
    public static Object[][] terms() {
        return new Object[][] {
            {Map.of(), "open lost bad good"},
            {Map.of("since", "2026-03-01T11:00:00Z", "until", "2026-03-01T13:00:00Z"), "lost bad"},
            {Map.of("since", "2026-03-01", "until", "2026-03-02"), "open lost bad good"},
            {Map.of("since", "2026-03-02"), ""},
            {Map.of("trunk", "pbx"), "open bad good"},
            {Map.of("trunk", "web"), "lost"},
            {Map.of("trunk", "carrier"), "lost"},
            {Map.of("trunk", "carrier", "since", "2026-03-02"), ""},
            {Map.of("trunk", "carrier", "agent", "alice", "result", "abandoned"), "lost"},
            {Map.of("agent", "bob"), "lost"},
            {Map.of("agent", "alice"), "open lost bad good"},
            {Map.of("queue", "desk"), "bad good"},
            {Map.of("direction", "out"), "lost"},
            {Map.of("result", "abandoned"), "lost"},
            {Map.of("result", "open"), "open"},
            {Map.of("reason", "hang-up", "talked", "60"), "good"},
            {Map.of("number", "30 12-34"), "good"},
            {Map.of("number", "0_2"), "open"},
            {Map.of("number", "%"), ""},
            {Map.of("number", "' OR 1=1 --"), ""},
            {Map.of("mos-below", "3.6"), "bad"},
            {Map.of("verdict", "good", "agent", "alice"), "good"},
            {Map.of("verdict", " ", "agent", ""), "open lost bad good"},
        };
    }

    @Test(dataProvider = "terms")
    public void aFilterLetsThroughWhatFits(Map<String, String> said, String ids)
            throws IOException {
        RecordFilter filter = RecordFilter.of(said);

        try (RecordArchive archive = RecordArchive.open(config)) {
            List<Object> whole = new ArrayList<>();
            archive.read(filter, 100, record -> whole.add(record.get("id")));
            List<Object> page = new ArrayList<>();
            Optional<String> next = archive.page(filter, "", 100, r -> page.add(r.get("id")));

            assertThat(whole).containsExactly((Object[]) words(ids));
            assertThat(page).isEqualTo(whole);
            assertThat(next).isEmpty();
            assertThat(archive.count(filter, 100)).isEqualTo(whole.size());
        }
    }

    private static String[] words(String text) {
        return text.isEmpty() ? new String[0] : text.split(" ");
    }

    @DataProvider
    public static Object[][] nonsense() {
        return new Object[][] {
            {"since", "yesterday", "since: 'yesterday' is no time; write a day"},
            {"until", "2026-02-30T", "until: "},
            {"direction", "up", "direction: 'up' is none of in, out, internal, transit"},
            {"result", "lost", "result: 'lost' is none of"},
            {"talked", "-1", "talked: '-1' is no number of seconds"},
            {"mos-below", "NaN", "mos-below: 'NaN' is no MOS"},
            {"mos-below", "9", "mos-below: '9' is no MOS, 1 to 5"},
            {"mos-below", "5.1", "mos-below: '5.1' is no MOS, 1 to 5"},
            {"mos-below", "0.9", "mos-below: '0.9' is no MOS, 1 to 5"},
            {"verdict", "fine", "verdict: 'fine' is none of good"},
            {"agent", "a".repeat(201), "agent: longer than 200 characters"},
            {"colour", "red", "colour: unknown; known are since, until, trunk"},
        };
    }

    @Test(dataProvider = "nonsense")
    public void whatIsNotUnderstoodSaysWhatToWrite(String name, String text, String why) {
        assertThatThrownBy(() -> RecordFilter.of(Map.of(name, text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(why);
    }

    @DataProvider
    public static Object[][] emptySpans() {
        return new Object[][] {
            {"2026-03-01", "2026-03-01"},
            {"2026-03-02", "2026-03-01"},
            {"2026-03-01T00:00:00.001Z", "2026-03-01"},
            {"2026-03-01T08:00:00+01:00", "2026-03-01T07:00:00Z"},
        };
    }

    /// Who wants the calls of a day writes it twice, and would be told that there were none.
    @Test(dataProvider = "emptySpans")
    public void aSpanWithNothingInItIsRefused(String since, String until) {
        assertThatThrownBy(() -> RecordFilter.of(Map.of("since", since, "until", until)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "until: '%s' is not later than since, '%s'; a day ends where the next one"
                                        .formatted(until, since)
                                + " begins");
        RecordFilter.of(Map.of("since", since, "until", "2026-03-03"));
        RecordFilter.of(Map.of("since", " ", "until", until));
    }

    @Test
    public void pagesFollowEachOtherWhileCallsComeIn() throws Exception {
        RecordsConfig many = configOf("many.db");
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            // Three begin in the same millisecond.
            Instant at = Instant.parse("2026-03-01T00:00:00Z").plusMillis(i / 3);
            String time = Times.text(at).substring(DAY.length(), DAY.length() + 8);
            entries.add(seen("c" + i, time, "1", 1_000L, 4.0));
        }
        write(many, entries.toArray(Entry[]::new));
        List<Object> ids = new ArrayList<>();

        try (RecordArchive archive = RecordArchive.open(many)) {
            Optional<String> next =
                    archive.page(RecordFilter.ALL, "", 700, r -> ids.add(r.get("id")));
            while (next.isPresent()) {
                write(many, seen("later" + ids.size(), "23:00:00", "1", 1_000L, 4.0));
                next = archive.page(RecordFilter.ALL, next.get(), 700, r -> ids.add(r.get("id")));
            }
            assertThat(archive.count(RecordFilter.ALL, 100)).isEqualTo(100);
        }

        assertThat(ids).hasSize(5_000);
        assertThat(new HashSet<>(ids)).hasSize(5_000);
    }

    @Test
    public void aPlaceThatNobodyGaveIsRefused() throws IOException {
        try (RecordArchive archive = RecordArchive.open(config)) {
            assertThatThrownBy(() -> archive.page(RecordFilter.ALL, "1 OR 1", 1, _ -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("after: ");
        }
    }

    @DataProvider
    public static Object[][] indexed() {
        return new Object[][] {
            {Map.of(), "calls_by_start"},
            {Map.of("since", "2026-03-01"), "calls_by_start"},
            {Map.of("trunk", "pbx"), "calls_by_source calls_by_out_trunk"},
            {Map.of("agent", "alice"), "calls_by_agent calls_by_placed_by"},
            {Map.of("queue", "desk"), "calls_by_queue"},
            {Map.of("verdict", "bad"), "calls_by_verdict"},
        };
    }

    /// However many records there are.
    @Test(dataProvider = "indexed")
    public void aPageIsReadAlongAnIndexAndSortsNothing(Map<String, String> said, String indexes)
            throws SQLException {
        RecordQuery query =
                RecordQuery.select(
                        Dialect.SQLITE,
                        Column.BRIEF,
                        RecordFilter.of(said),
                        "2026-03-01T12:00:00.000Z~lost",
                        100);
        StringBuilder plan = new StringBuilder();
        try (Connection connection = DriverManager.getConnection(config.url());
                PreparedStatement explain =
                        new RecordQuery("EXPLAIN QUERY PLAN " + query.sql(), query.values())
                                .prepare(connection);
                ResultSet rows = explain.executeQuery()) {
            while (rows.next()) {
                plan.append(rows.getString("detail"));
            }
        }

        for (String index : indexes.split(" ")) {
            assertThat(plan).contains("SEARCH calls USING INDEX " + index + " ");
        }
        assertThat(plan.toString()).doesNotContain("TEMP B-TREE").doesNotContain("SCAN calls");
    }

    /// A firewall that swallows what it let connect, a server that hangs.
    @Test
    public void whoReadsFromASilentServerIsToldSo() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            RecordsConfig config =
                    new RecordsConfig(
                            Path.of("."),
                            "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/offhook",
                            Optional.of("u"),
                            Optional.of(new Secret("p")),
                            Optional.empty());
            CompletableFuture<String> archive =
                    CompletableFuture.supplyAsync(() -> failure(() -> RecordArchive.open(config)));
            CompletableFuture<String> look =
                    CompletableFuture.supplyAsync(() -> failure(() -> RecordDatabase.look(config)));

            assertThat(archive.get(30, TimeUnit.SECONDS)).contains("cannot be read");
            assertThat(look.get(30, TimeUnit.SECONDS)).isNotEqualTo("none");
        }
    }

    private static String failure(Callable<?> reading) {
        try {
            reading.call();
            return "none";
        } catch (Exception e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    public void formulasAreDisarmedInCsvAndNumbersAreNot() throws IOException {
        StringBuilder csv = new StringBuilder();
        StringBuilder json = new StringBuilder();

        try (RecordArchive archive = RecordArchive.open(config)) {
            archive.read(RecordFilter.ALL, 100, RecordExport.csv(csv));
            archive.read(RecordFilter.ALL, 100, RecordExport.jsonLines(json));
        }

        assertThat(csv)
                .startsWith("id,node,direction,source,caller")
                .contains(",'=cmd|'/c calc'!A1,")
                .contains(",'-5551000,")
                .contains(",'@alice heard gaps,")
                .contains(",+49301234,");
        assertThat(json).contains("\"caller\":\"=cmd|'/c calc'!A1\"").contains("\"mos\":2.9");
        assertThat(json.toString().lines()).hasSize(4);
    }

    /// Of this one, nobody finds the end: it begins anew for ever.
    private RecordsConfig endless(String file) throws SQLException {
        RecordsConfig endless = configOf(file);
        write(endless, seen("c", "10:00:00", "1", 1_000L, 4.0));
        try (Connection connection = DriverManager.getConnection(endless.url());
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE calls RENAME TO some");
            statement.execute(
                    "CREATE VIEW calls AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                            + " FROM n) SELECT some.* FROM n CROSS JOIN some");
        }
        return endless;
    }

    @Test(timeOut = 60_000)
    public void aSearchThatTakesTooLongIsEndedAndSaysWhatToNarrow() throws Exception {
        RecordFilter rare = RecordFilter.of(Map.of("verdict", "failed"));
        try (RecordArchive archive = RecordArchive.open(endless("endless.db"))) {
            archive.within(Duration.ofMillis(200));

            assertThatThrownBy(() -> archive.count(rare, 10))
                    .isInstanceOf(SlowSearchException.class)
                    .hasMessageContaining("took longer than 0.2 s")
                    .hasMessageContaining("take a shorter time (since, until)");
            assertThatThrownBy(() -> archive.read(rare, 10, _ -> {}))
                    .isInstanceOf(SlowSearchException.class);

            archive.within(Duration.ofDays(1));
            assertThat(archive.count(RecordFilter.ALL, 10)).isEqualTo(10);
        }
    }

    /// As many as would hold every carrier of virtual threads; searches and whoever ends them.
    @Test(timeOut = 60_000)
    public void searchesHoldNoVirtualThread() throws Exception {
        RecordsConfig endless = endless("held.db");
        int searches = Runtime.getRuntime().availableProcessors();
        RecordReaders readers = new RecordReaders(searches);
        CountDownLatch searching = new CountDownLatch(searches);
        CountDownLatch over = new CountDownLatch(searches);
        List<Object> ends = new CopyOnWriteArrayList<>();
        CountDownLatch ticks = new CountDownLatch(100);
        for (int i = 0; i < searches; i++) {
            Thread.startVirtualThread(() -> {
                ends.add(readers.read(() -> endOf(endless, searching)));
                over.countDown();
            });
        }
        searching.await();
        Thread.startVirtualThread(() -> {
            while (ticks.getCount() > 0) {
                ticks.countDown();
                LockSupport.parkNanos(1_000_000);
            }
        });

        ticks.await();
        over.await();

        assertThat(ends).hasSize(searches).containsOnly(Optional.of(SlowSearchException.class));
    }

    @Test(timeOut = 60_000)
    public void whoFindsNoReaderFreeIsToldAtOnce() {
        RecordReaders readers = new RecordReaders(1);

        assertThat(readers.read(() -> readers.read(() -> "second"))).hasValue(Optional.empty());
        assertThatThrownBy(() ->
                        readers.read(() -> {
                            throw new IllegalStateException("a defect");
                        }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(readers.read(() -> "third")).hasValue("third");
    }

    private static Object endOf(RecordsConfig endless, CountDownLatch searching) {
        try (RecordArchive archive = RecordArchive.open(endless)) {
            archive.within(Duration.ofSeconds(1));
            searching.countDown();
            return archive.count(RecordFilter.of(Map.of("verdict", "failed")), 10);
        } catch (IOException e) {
            return e.getClass();
        }
    }
}
