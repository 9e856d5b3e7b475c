package offhook.cdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import offhook.call.BrowserView;
import offhook.call.CallDetails;
import offhook.call.CallDirection;
import offhook.call.CallEnd;
import offhook.call.CallEvent;
import offhook.call.CallHistory;
import offhook.call.CallId;
import offhook.call.CallSnapshot;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.MediaSummary;
import offhook.call.Party;
import offhook.call.QueueExit;
import offhook.call.TurnedAway;
import offhook.config.RecordsConfig;
import offhook.runtime.NanoClock;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Records of calls, in a real SQLite file.
public class CallRecorderTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Path folder;
    private RecordsConfig config;
    private CallRecorder recorder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("records");
        config = configOf(folder.resolve("records.db"));
        recorder = null;
    }

    @AfterMethod(alwaysRun = true)
    public void stop() throws InterruptedException {
        if (recorder != null) {
            recorder.stop();
        }
    }

    @Test
    public void aCallIsThereWhenItBeginsAndWholeWhenItIsOver() throws Exception {
        recorder = start();
        CallId id = CallId.next();

        recorder.began(id, () -> snapshot(id, "opening"));
        await(() -> records().size() == 1);
        assertThat(record(id)).containsEntry("ended_at", null).containsEntry("caller", "+34911");
        recorder.ended(id, end(id, EndCause.hangUp(EndCause.By.CALLEE), true));
        await(() -> record(id).get("ended_at") != null);

        assertThat(record(id))
                .containsEntry("node", "gw")
                .containsEntry("direction", "in")
                .containsEntry("source", "pbx")
                .containsEntry("agent", "alice")
                .containsEntry("set_up_millis", 3000)
                .containsEntry("talk_millis", 61_500)
                .containsEntry("result", "answered")
                .containsEntry("ended_by", "callee")
                .containsEntry("reason", "hang-up")
                .containsEntry("sip_code", 200);
        assertThat(String.valueOf(record(id).get("legs"))).contains("\"kind\":\"trunk\"");
        assertThat(String.valueOf(record(id).get("legs"))).contains("\"mos\":null");
    }

    @Test
    public void aCallThatWasTurnedAwayIsOneRecord() throws Exception {
        recorder = start();
        TurnedAway call =
                TurnedAway.of("pbx", "5551000", "200", "trunk-full", 503, "12 calls live already");

        recorder.refused("pbx", () -> call);
        await(() -> records().size() == 1);

        assertThat(record(call.id()))
                .containsEntry("node", "gw")
                .containsEntry("direction", "in")
                .containsEntry("source", "pbx")
                .containsEntry("caller", "5551000")
                .containsEntry("called", "200")
                .containsEntry("agent", "")
                .containsEntry("answered_at", null)
                .containsEntry("result", "turned-away")
                .containsEntry("ended_by", "gateway")
                .containsEntry("reason", "trunk-full")
                .containsEntry("sip_code", 503)
                .containsEntry("detail", "12 calls live already");
        assertThat(record(call.id()).get("ended_at"))
                .isNotNull()
                .isEqualTo(record(call.id()).get("started_at"));
    }

    /// By a clock that is turned by hand. What a trunk makes us write is bounded, and says so.
    @Test
    public void ofAFloodThatIsTurnedAwayTheFirstAreRecordsAndTheOthersCounted() throws Exception {
        AtomicLong now = new AtomicLong(20 * SECOND);
        recorder = CallRecorder.start(config, "gw", now::get, Clock.systemUTC());
        for (int i = 0; i < 5000; i++) {
            recorder.refused("pbx", () -> turnedAway("pbx", "flood"));
        }
        recorder.refused("branch", () -> turnedAway("branch", "another"));
        now.addAndGet(SECOND);
        recorder.refused("pbx", () -> turnedAway("pbx", "after"));
        await(() -> records().stream().anyMatch(each -> each.get("caller").equals("after")));

        assertThat(records()).filteredOn(each -> each.get("caller").equals("flood")).hasSize(100);
        assertThat(records())
                .filteredOn(each -> each.get("caller").equals("another"))
                .singleElement()
                .satisfies(each -> assertThat(each).containsEntry("detail", ""));
        assertThat(records())
                .filteredOn(each -> each.get("caller").equals("after"))
                .singleElement()
                .satisfies(each ->
                        assertThat(each)
                                .containsEntry(
                                        "detail",
                                        "4900 more of pbx just before it have no record"));
    }

    private static TurnedAway turnedAway(String trunk, String caller) {
        return TurnedAway.of(trunk, caller, "200", "trunk-full", 503, "");
    }

    /// By a clock that stands still, so that nobody looks by himself what became of a call.
    @Test
    public void anAnswerIsRecordedAtOnce() throws Exception {
        recorder = CallRecorder.start(config, "gw", () -> 20 * SECOND, Clock.systemUTC());
        CallId id = CallId.next();
        AtomicReference<String> state = new AtomicReference<>("ringing");
        recorder.began(id, () -> snapshot(id, state.get()));
        await(() -> records().size() == 1);
        assertThat(record(id)).containsEntry("answered_at", null);

        state.set("active");
        recorder.happened(
                id, new CallEvent.Talking(new LegId(id, 0), new LegId(id, 1)), 20 * SECOND);

        await(() -> record(id).get("answered_at") != null);
        assertThat(record(id)).containsEntry("ended_at", null);
    }

    @Test
    public void theVerdictIsAddedToACallThatIsOverAndToNoOther() throws Exception {
        recorder = start();
        CallId id = CallId.next();
        CallId other = CallId.next();
        for (CallId each : List.of(id, other)) {
            recorder.began(each, () -> snapshot(each, "opening"));
            recorder.ended(each, end(each, EndCause.hangUp(EndCause.By.CALLEE), true));
        }

        recorder.judged(id, "bad", "the caller heard gaps");
        await(() -> record(id).get("verdict") != null);

        assertThat(record(id))
                .containsEntry("verdict", "bad")
                .containsEntry("verdict_text", "the caller heard gaps")
                .containsEntry("result", "answered");
        assertThat(record(other)).containsEntry("verdict", null);
    }

    @Test
    public void whatIsSaidOfACallStaysWhateverBecomesOfIt() throws Exception {
        recorder = start();
        CallId id = CallId.next();
        recorder.began(id, () -> snapshot(id, "active"));
        recorder.noted(id, "alice", "first");
        recorder.noted(id, "bob \"b\"", "a quote: \" and a line\nfeed");
        await(() -> said(id, "notes").contains("first"));
        recorder.ended(id, end(id, EndCause.hangUp(EndCause.By.CALLEE), true));
        recorder.heard(new LegId(id, 1), view(Double.NaN));
        recorder.noted(id, "alice", "second");
        recorder.noted(CallId.next(), "alice", "of no call");
        await(() -> said(id, "notes").contains("second") && said(id, "pages").length() > 2);

        assertThat(said(id, "notes"))
                .isEqualTo(
                        "{\"alice\":\"second\",\"bob \\\"b\\\"\":\"a quote: \\\" and a"
                                + " line\\nfeed\"}");
        assertThat(said(id, "pages"))
                .contains("\"1\":{", "\"lossPercent\":0.5")
                .doesNotContain("mos");

        recorder.noted(id, "alice", "");
        await(() -> !said(id, "notes").contains("second"));
        assertThat(said(id, "notes")).contains("bob");
        assertThat(record(id)).containsEntry("result", "answered");
    }

    @Test
    public void waysOfACallAreInItsRecord() throws Exception {
        recorder = start();
        CallId id = CallId.next();
        CallEnd plain = end(id, EndCause.hangUp(EndCause.By.CALLEE), true);
        recorder.began(id, () -> snapshot(id, "active"));
        recorder.ended(
                id,
                new CallEnd(
                        plain.last(),
                        plain.direction(),
                        plain.cause(),
                        plain.ringingNanos(),
                        plain.answeredNanos(),
                        plain.endedNanos(),
                        plain.legs(),
                        new CallHistory(
                                List.of(
                                        new CallHistory.QueueWait(
                                                "sales",
                                                10 * SECOND,
                                                12 * SECOND,
                                                QueueExit.OVERFLOWED),
                                        new CallHistory.QueueWait(
                                                "support",
                                                12 * SECOND,
                                                13 * SECOND,
                                                QueueExit.ANSWERED)),
                                List.of(
                                        new CallHistory.Transfer(
                                                CallHistory.Way.CONSULT,
                                                "200",
                                                "agent:bob",
                                                20 * SECOND,
                                                22 * SECOND,
                                                CallHistory.Outcome.FAILED,
                                                "agent-busy")))));
        await(() -> record(id).get("ended_at") != null);

        assertThat(record(id))
                .containsEntry("queue", "support")
                .containsEntry("queue_millis", 3000);
        assertThat(said(id, "transfers"))
                .contains("\"way\":\"consult\"", "\"by\":\"200\"", "\"target\":\"agent:bob\"")
                .contains("\"millis\":2000", "\"outcome\":\"failed\"", "agent-busy");
    }

    /// A journal and a database of the version before this one.
    @Test
    public void recordsOfAnEarlierVersionAreTakenOver() throws Exception {
        recorder = start();
        CallId old = CallId.next();
        recorder.began(old, () -> snapshot(old, "active"));
        await(() -> records().size() == 1);
        recorder.stop();
        execute("UPDATE calls SET legs = '[{\"mos\":4.1,\"peerMos\":null},{\"mos\":3.2}]'");
        for (String of : List.of("source", "agent", "queue", "verdict")) {
            execute("DROP INDEX calls_by_" + of);
        }
        for (String column :
                List.of(
                        "mos",
                        "queue",
                        "queue_millis",
                        "transfers",
                        "notes",
                        "pages",
                        "verdict",
                        "verdict_text",
                        "instance")) {
            execute("ALTER TABLE calls DROP COLUMN " + column);
        }
        execute("DELETE FROM offhook_schema WHERE version > '1'");
        String line =
                "{\"entry\":\"seen\",\"call\":{\"id\":\"0123456789abcdef01234567\",\"node\":\"gw\","
                        + "\"source\":\"pbx\",\"caller\":\"1\",\"callerName\":\"\","
                        + "\"withheld\":false,\"called\":\"2\",\"agent\":\"\","
                        + "\"startedAt\":\"2026-03-01T10:00:00.000Z\",\"legs\":[],\"headers\":{}}}\n";
        Files.writeString(folder.resolve("journal.jsonl"), line);

        recorder = start();

        await(() -> records().size() == 2);
        assertThat(said(old, "notes")).isEqualTo("{}");
        assertThat(said(old, "instance")).isEqualTo("null");
        assertThat(said(old, "mos")).isEqualTo("3.2");
        assertThat(said(new CallId("0123456789abcdef01234567"), "mos")).isEqualTo("null");
        assertThat(recorder.figures().refused()).isZero();
    }

    private String said(CallId id, String column) {
        return String.valueOf(record(id).get(column));
    }

    private static BrowserView view(double mos) {
        return new BrowserView(
                "opus", "relay", 41, 2, 0.5, 60, mos, 100, 1, 90, 0, List.of(), 2, 100 * SECOND);
    }

    @Test
    public void thousandsOfCallsAreThereOnce() throws Exception {
        recorder = start();
        List<CallId> ids = new ArrayList<>();

        for (int i = 0; i < 3000; i++) {
            CallId id = CallId.next();
            ids.add(id);
            recorder.began(id, () -> snapshot(id, "opening"));
            recorder.ended(id, end(id, EndCause.declined(), false));
            if (i % 1000 == 0) {
                await(() -> recorder.figures().waitingBytes() == 0);
            }
        }
        // What is not in the database when the gateway stops is brought in by the next one.
        await(() -> count("result = 'refused'") == ids.size());
        recorder.stop();

        assertThat(recorder.figures().lost()).isZero();
        assertThat(count("TRUE")).isEqualTo(ids.size());
    }

    @Test
    public void callsThatADeadGatewayLeftOpenEndAsCrashedAndOthersStay() throws Exception {
        recorder = start();
        CallId over = CallId.next();
        CallId open = CallId.next();
        recorder.began(over, () -> snapshot(over, "opening"));
        recorder.ended(over, end(over, EndCause.hangUp(EndCause.By.CALLER), true));
        recorder.began(open, () -> snapshot(open, "active"));
        await(() -> records().size() == 2);
        CallId namesakes = open(new RecordWriter("gw", "a folder elsewhere"));
        CallId ofBefore = open(new RecordWriter("gw", null));
        CallId others = open(new RecordWriter("another", null));
        dieAndStart(Instant.parse("2099-03-01T10:00:00Z"));
        await(() -> record(open).get("ended_at") != null);

        assertThat(record(open))
                .containsEntry("reason", "crash")
                .containsEntry("ended_by", "gateway")
                .containsEntry("ended_at", "2099-03-01T10:00:00.000Z");
        assertThat(((Number) record(open).get("talk_millis")).longValue())
                .as("from its answer until the gateway was last seen")
                .isEqualTo(talkedUntil("2099-03-01T10:00:00Z", record(open)));
        assertThat(record(over)).containsEntry("reason", "hang-up");
        assertThat(said(ofBefore, "reason"))
                .as("recorded by a version that knew no instances")
                .isEqualTo("crash");
        assertThat(record(namesakes)).as("of a gateway that lives").containsEntry("ended_at", null);
        assertThat(record(others)).containsEntry("ended_at", null);
    }

    /// A call of somebody else's that lives.
    private CallId open(RecordWriter writer) throws SQLException {
        CallId id = CallId.next();
        try (RecordStore store = RecordStore.open(config)) {
            store.write(
                    List.of(
                            new Entry.Seen(
                                    writer.living(
                                            snapshot(id, "active"),
                                            Instant.parse("2026-03-01T10:00:00Z")))));
        }
        return id;
    }

    private static long talkedUntil(String end, Map<String, Object> record) {
        Instant answered = Instant.parse(String.valueOf(record.get("answered_at")));
        return Duration.between(answered, Instant.parse(end)).toMillis();
    }

    /// Goes on with what kill -9 leaves: the journal and the mark of a living gateway.
    private void dieAndStart(Instant seen) throws Exception {
        Path dead = Files.createTempDirectory("dead");
        Files.copy(folder.resolve("records.db"), dead.resolve("records.db"));
        copyIfThere(folder.resolve("records.db-journal"), dead.resolve("records.db-journal"));
        Files.copy(folder.resolve("journal.jsonl"), dead.resolve("journal.jsonl"));
        Files.copy(folder.resolve("instance"), dead.resolve("instance"));
        Files.createFile(dead.resolve("alive"));
        Files.setLastModifiedTime(dead.resolve("alive"), FileTime.from(seen));
        recorder.stop();

        folder = dead;
        config = configOf(dead.resolve("records.db"));
        recorder = start();
    }

    /// Who pays for a call pays from its answer on, also when the gateway dies later.
    @Test
    public void anAnswerStaysAsItWasThroughTransfersAndACrash() throws Exception {
        recorder = start();
        CallId id = CallId.next();
        AtomicReference<CallSnapshot> now = new AtomicReference<>(snapshot(id, "active"));
        recorder.began(id, now::get);
        await(() -> recorder.figures().stored() == 1);
        Object answeredAt = record(id).get("answered_at");
        assertThat(answeredAt).isNotNull();

        int stored = 1;
        for (String state : List.of("transferring", "waiting", "ringing", "active")) {
            now.set(later(now.get(), state));
            int expected = ++stored;
            await(() -> recorder.figures().stored() == expected);
            assertThat(record(id))
                    .as(state)
                    .containsEntry("answered_at", answeredAt)
                    .containsEntry("set_up_millis", 3000);
        }
        now.set(later(now.get(), "transferring"));
        await(() -> recorder.figures().stored() == 6);
        dieAndStart(Instant.parse("2026-03-01T10:00:00Z"));
        await(() -> record(id).get("ended_at") != null);

        assertThat(record(id))
                .containsEntry("answered_at", answeredAt)
                .containsEntry("reason", "crash")
                .containsEntry("result", "answered");
    }

    /// A minute after the call was so, it is in another state.
    private static CallSnapshot later(CallSnapshot call, String state) {
        return new CallSnapshot(
                call.id(),
                call.direction(),
                call.source(),
                call.caller(),
                call.called(),
                call.agent(),
                state,
                call.startedNanos(),
                call.stateNanos() + 60 * SECOND,
                call.ringingNanos(),
                call.answeredNanos(),
                call.legs(),
                call.details());
    }

    /// Before anybody takes anything from it, so that it is full for certain.
    @Test
    public void onlyEntriesThatTheMailboxRefusedAreLost() throws Exception {
        RecordFolder records = RecordFolder.open(folder, "gw");
        RecordKeeper keeper =
                new RecordKeeper(
                        config,
                        records,
                        "gw",
                        NanoClock.system(),
                        Clock.systemUTC(),
                        List::of,
                        RecordStore::open);
        for (int i = 0; i < 2 * RecordKeeper.MAILBOX_SLOTS; i++) {
            keeper.keepSoon(List::of);
        }
        keeper.keep(new Entry.Judged(CallId.next().value(), "good", "nobody will know"));

        keeper.start();

        await(() -> keeper.figures().lost() > 0);
        assertThat(keeper.figures().lost()).isEqualTo(1);
        keeper.stop(false);
    }

    @Test
    public void recordsWaitForADatabaseThatIsAwayAndAreNeitherLostNorDoubled() throws Exception {
        // A folder in the place of the file: no database can be opened there.
        Path place = folder.resolve("away.db");
        Files.createDirectory(place);
        config = configOf(place);
        recorder = start();
        List<CallId> ids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            CallId id = CallId.next();
            ids.add(id);
            recorder.began(id, () -> snapshot(id, "opening"));
            recorder.ended(id, end(id, EndCause.declined(), false));
        }
        await(() -> !recorder.figures().databaseUp() && recorder.figures().waitingBytes() > 0);
        assertThat(recorder.figures().lastError()).isNotEmpty();

        Files.delete(place);
        await(() -> recorder.figures().databaseUp() && recorder.figures().waitingBytes() == 0);

        assertThat(records()).hasSize(200);
        assertThat(new HashSet<>(records().stream().map(r -> r.get("id")).toList()))
                .hasSize(ids.size());
    }

    /// As many as a busy day has, while somebody else has the database to himself.
    @Test
    public void tenThousandCallsWaitOnTheDiskAndAreThereOnceWhenTheDatabaseIs() throws Exception {
        recorder = start();
        await(() -> recorder.figures().databaseUp() && Files.exists(folder.resolve("records.db")));
        CallId first = CallId.next();
        recorder.began(first, () -> snapshot(first, "opening"));
        recorder.ended(first, end(first, EndCause.declined(), false));
        await(() -> recorder.figures().stored() == 2 && recorder.figures().waitingBytes() == 0);
        try (Connection other = DriverManager.getConnection(config.url());
                Statement lock = other.createStatement()) {
            lock.execute("BEGIN IMMEDIATE");
            for (int i = 1; i <= 10_000; i++) {
                CallId id = CallId.next();
                recorder.began(id, () -> snapshot(id, "opening"));
                recorder.ended(id, end(id, EndCause.declined(), false));
                if (i % 1_000 == 0) {
                    int lines = 2 * i;
                    await(() -> journalLines() == lines);
                }
            }
            await(() -> !recorder.figures().databaseUp());
            assertThat(recorder.figures().lastError()).isNotEmpty();
            assertThat(recorder.figures().journalUp()).isTrue();
            assertThat(recorder.figures().stored()).isEqualTo(2);
            lock.execute("ROLLBACK");
        }

        await(() -> recorder.figures().databaseUp() && recorder.figures().waitingBytes() == 0);

        assertThat(recorder.figures().lost()).isZero();
        assertThat(recorder.figures().refused()).isZero();
        assertThat(recorder.figures().stored()).isEqualTo(20_002);
        assertThat(count("result = 'refused'")).isEqualTo(10_001);
        assertThat(count("TRUE")).isEqualTo(10_001);
    }

    private long journalLines() {
        try (Stream<String> lines = Files.lines(folder.resolve("journal.jsonl"))) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// It takes connections and says nothing, as a stopped process does.
    @Test
    public void aDatabaseThatDoesNotAnswerKeepsNothingFromTheDiskNorTheGatewayFromItsEnd()
            throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            config = configOf("jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/records");
            recorder = start();
            recorder.keepDialogs(List::of);
            try (Socket _ = silent.accept()) {
                CallId id = CallId.next();
                recorder.began(id, () -> snapshot(id, "opening"));
                recorder.ended(id, end(id, EndCause.declined(), false));
                recorder.stop();
            }
        }

        assertThat(journalLines()).isEqualTo(2);
        assertThat(folder.resolve("alive")).doesNotExist();
        config = configOf(folder.resolve("records.db"));
        recorder = start();
        await(() -> count("result = 'refused'") == 1);
    }

    /// By a clock that the test turns, and a look at calls that does not end, for a disk that does
    /// not answer.
    @Test
    public void aDiskThatDoesNotAnswerIsToldOfAndWhatWaitsIsWrittenOnceItDoes() throws Exception {
        AtomicLong now = new AtomicLong();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        RecordKeeper keeper =
                new RecordKeeper(
                        config,
                        RecordFolder.open(folder, "gw"),
                        "gw",
                        now::get,
                        Clock.systemUTC(),
                        () -> {
                            held.countDown();
                            awaitQuietly(answers);
                            return List.of();
                        },
                        RecordStore::open);
        keeper.start();
        assertThat(held.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(keeper.figures().journalUp()).isTrue();

        now.addAndGet(6 * SECOND);
        keeper.keep(new Entry.Judged(CallId.next().value(), "good", "waits"));

        assertThat(keeper.figures().journalUp()).isFalse();
        assertThat(keeper.figures().lastError()).isEqualTo("the disk does not answer");
        answers.countDown();
        await(() -> keeper.figures().journalUp() && keeper.figures().stored() == 1);
        assertThat(keeper.figures().lost()).isZero();
        keeper.stop(false);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    public void whatTheDatabaseNeverTakesIsKeptAsideAndStopsNothing() throws Exception {
        recorder = start();
        CallId first = CallId.next();
        recorder.began(first, () -> snapshot(first, "opening"));
        await(() -> records().size() == 1);
        execute(
                "CREATE TRIGGER picky BEFORE INSERT ON calls WHEN NEW.caller = 'bad'"
                        + " BEGIN SELECT RAISE(ABORT, 'not this one'); END");

        CallId bad = CallId.next();
        CallId good = CallId.next();
        recorder.began(bad, () -> snapshot(bad, "opening", "bad"));
        recorder.began(good, () -> snapshot(good, "opening"));
        await(() -> records().size() == 2 && recorder.figures().refused() == 1);

        assertThat(Files.readString(folder.resolve("refused.jsonl"))).contains(bad.value());
    }

    @Test
    public void oneFolderServesOneGateway() throws Exception {
        recorder = start();

        assertThatThrownBy(this::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another gateway")
                .hasMessageContaining("ops.records.folder");
    }

    @Test
    public void aFolderThatCannotBeMadeSaysWhatToDo() throws Exception {
        Path file = folder.resolve("file");
        Files.createFile(file);
        config =
                new RecordsConfig(
                        file.resolve("below"),
                        config.url(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());

        assertThatThrownBy(this::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ops.records.folder");
    }

    @Test
    public void recordsGoWhenTheyWereKeptLongEnough() throws Exception {
        recorder = start();
        CallId id = CallId.next();
        recorder.began(id, () -> snapshot(id, "opening"));
        recorder.ended(id, end(id, EndCause.declined(), false));
        recorder.stop();
        execute("UPDATE calls SET started_at = '2020-01-01T00:00:00.000Z'");

        config =
                new RecordsConfig(
                        folder,
                        config.url(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(Duration.ofDays(30)));
        recorder = start();
        CallId young = CallId.next();
        recorder.began(young, () -> snapshot(young, "opening"));

        await(() -> records().size() == 1 && !record(young).isEmpty());
    }

    private CallRecorder start() throws IOException {
        return CallRecorder.start(config, "gw", NanoClock.system(), Clock.systemUTC());
    }

    private RecordsConfig configOf(Path database) {
        return configOf("jdbc:sqlite:" + database);
    }

    private RecordsConfig configOf(String url) {
        return new RecordsConfig(folder, url, Optional.empty(), Optional.empty(), Optional.empty());
    }

    static CallSnapshot snapshot(CallId id, String state) {
        return snapshot(id, state, "+34911");
    }

    private static CallSnapshot snapshot(CallId id, String state, String caller) {
        return new CallSnapshot(
                id,
                CallDirection.IN,
                "pbx",
                new Party(caller, "Ana"),
                new Party("200", ""),
                "alice",
                state,
                10 * SECOND,
                10 * SECOND,
                OptionalLong.empty(),
                state.equals("active") ? OptionalLong.of(13 * SECOND) : OptionalLong.empty(),
                List.of(new CallSnapshot.LegKind(new LegId(id, 0), "trunk")),
                CallDetails.NONE);
    }

    static CallEnd end(CallId id, EndCause cause, boolean answered) {
        CallSnapshot last = snapshot(id, "ended");
        return new CallEnd(
                last,
                CallDirection.IN,
                cause,
                OptionalLong.of(11 * SECOND),
                answered ? OptionalLong.of(13 * SECOND) : OptionalLong.empty(),
                74 * SECOND + SECOND / 2,
                List.of(new CallEnd.LegEnd(last.legs().getFirst(), MediaSummary.NONE)));
    }

    private List<Map<String, Object>> records() {
        List<Map<String, Object>> all = new ArrayList<>();
        try (RecordArchive archive = RecordArchive.open(config)) {
            archive.read(RecordFilter.ALL, 100_000, all::add);
            return all;
        } catch (IOException _) {
            return List.of(); // no table yet
        }
    }

    private Map<String, Object> record(CallId id) {
        return records().stream()
                .filter(record -> id.value().equals(record.get("id")))
                .findFirst()
                .orElse(Map.of());
    }

    private int count(String which) {
        try (Connection connection = DriverManager.getConnection(config.url());
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT count(*) FROM calls WHERE " + which)) {
            return rows.getInt(1);
        } catch (SQLException _) {
            return 0; // no table yet, or it is being changed
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(config.url());
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            statement.execute(sql);
        }
    }

    private static void copyIfThere(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.copy(from, to);
        }
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
            Thread.sleep(50);
        }
    }
}
