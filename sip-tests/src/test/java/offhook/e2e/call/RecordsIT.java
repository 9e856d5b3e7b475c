package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledCall;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Program;
import offhook.e2e.speech.G711;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Call records in a real PostgreSQL: of calls, of a database that goes away, and of a gateway that
/// is killed.
@Test(groups = {"e2e", "ops"})
public class RecordsIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final CallOffer TALK = CallOffer.of(G711.PCMA);
    private static final int REFUSED_CALLS = 20;
    private static final int OLD_RECORDS = 2500;

    /// Gateways look for others of their name every 20 s.
    private static final Duration NOTICED = Duration.ofSeconds(90);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final PeerIdentity identity = PeerIdentity.generate();
    private Path folder;
    private DemoConfig config;
    private Postgres database;
    private GatewayProcess gateway;
    private Reactor reactor;
    private HttpClient client;
    private Phone phone;
    private CalledPhone full;
    private CalledPhone carrier;

    @BeforeClass
    public void start() throws IOException {
        folder = CallStand.workOf(RecordsIT.class);
        deleteOldRecords(folder.resolve("data"));
        database = keep(Postgres.start());
        full = keep(new CalledPhone(InetAddress.ofLiteral("127.0.0.5")));
        carrier = keep(new CalledPhone(InetAddress.ofLiteral("127.0.0.6")));
        config = CallStand.configure(folder, this::configured);
        gateway = startGateway();
        reactor = keep(new Reactor("web-peers"));
        client = keep(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        phone = keep(Phone.udp(config.sip(), "5551000"));
    }

    private String configured(String yaml) {
        return yaml.replace(
                        "ops:\n",
                        "ops:\n  records: {url: \"%s\", user: offhook, keep-days: 3650}\n"
                                .formatted(database.url()))
                .replace(
                        "routes:\n",
                        """
                          - {name: full, uri: "%s", codecs: [PCMA]}
                          - {name: carrier, uri: "%s", codecs: [PCMA]}
                        routes:
                          - {from: web, number: "0*", to: ["trunk:full", "trunk:carrier"]}
                        """
                                .formatted(full.uri(), carrier.uri()))
                .replace(
                        "queues:\n",
                        """
                          - {trunk: pbx, number: "220", to: "queue:sales"}
                        queues:
                          - {name: sales, agents: [alice]}
                        """);
    }

    private GatewayProcess startGateway() {
        return keep(
                GatewayProcess.start(config.file(), folder.resolve("gateway.log"), START_LIMIT));
    }

    private static void deleteOldRecords(Path data) throws IOException {
        if (Files.isDirectory(data)) {
            try (Stream<Path> files = Files.list(data)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private <T extends AutoCloseable> T keep(T opened) {
        open.push(opened);
        return opened;
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private WebPeer signIn() {
        return signIn("alice");
    }

    private WebPeer signIn(String agent) {
        return signIn(agent, true);
    }

    private WebPeer signIn(String agent, boolean answers) {
        FrameLoop voice = FrameLoop.opus(FrameLoop.tone(1030), false);
        return WebPeer.signIn(
                client,
                config.page(),
                agent,
                "alice",
                WebMedia.Setup.of(reactor, identity, voice),
                answers);
    }

    @Test
    public void aCallIsRecordedWithBothLegs() {
        try (WebPeer alice = signIn()) {
            PhoneCall call = phone.invite("200", TALK).awaitAnswer(LIMIT);
            alice.await("connected", LIMIT, _ -> true);
            Await.until(
                    "the record of a call that lives",
                    LIMIT,
                    () -> count("direction = 'in' AND ringing_at <= answered_at") == 1);
            call.hangUp(LIMIT);
        }

        Await.until("the whole record", LIMIT, () -> count("ended_at IS NOT NULL") == 1);
        assertThat(text("SELECT result || ' ' || ended_by || ' ' || reason FROM calls"))
                .isEqualTo("answered caller hang-up");
        assertThat(
                        text(
                                "SELECT caller || ' ' || called || ' ' || agent || ' ' || source FROM calls"))
                .isEqualTo("5551000 200 alice pbx");
        assertThat(
                        text(
                                "SELECT string_agg(leg->>'kind', ' ' ORDER BY leg->>'leg')"
                                        + " FROM calls, jsonb_array_elements(legs) leg"))
                .isEqualTo("trunk browser");
        assertThat(
                        count(
                                "started_at <= ringing_at AND ringing_at <= answered_at"
                                        + " AND answered_at <= ended_at"))
                .isEqualTo(1);
    }

    @Test(dependsOnMethods = "aCallIsRecordedWithBothLegs")
    public void recordsAreListedShownAndExported() {
        String id = text("SELECT id FROM calls LIMIT 1");

        assertThat(records().out()).contains("STARTED", id, "hang-up");
        assertThat(records(id).out()).contains("ended_by", "caller", "browser");
        assertThat(records("--format", "csv", "--since", "2026-01-01").out())
                .startsWith("id,node,direction,source,caller")
                .contains(id + ",test,in,pbx,5551000");
        assertThat(records("--json", "--until", "2026-01-01").out()).isEmpty();
        assertThat(
                        records(
                                        ("--json --since 2026-01-01 --trunk pbx --agent alice"
                                                        + " --number 55-51 --result answered"
                                                        + " --reason hang-up --direction in"
                                                        + " --talked 0")
                                                .split(" "))
                                .out())
                .contains(id);
        assertThat(records("--queue", "sales", "--mos-below", "4.5", "--json").out()).isEmpty();
        assertThat(records("--verdict", "fine").err()).contains("--verdict: 'fine' is none of");
        assertThat(archive("after=2999-01-01T00:00:00.000Z~a&trunk=pbx")).contains(id);
        assertThat(archive("since=2026-01-01&verdict=failed")).contains("\"total\":0");
        Program unknown = records("no-such-call");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("no call has the id no-such-call");
    }

    /// What the operations page gets of them.
    private String archive(String query) {
        return ask("records?" + query);
    }

    private String ask(String what) {
        HttpRequest ask =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + config.opsPort() + "/api/" + what))
                        .timeout(LIMIT)
                        .build();
        try {
            return client.send(ask, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Program records(String... arguments) {
        List<Object> whole = new ArrayList<>(List.of("records", "--config", config.file()));
        whole.addAll(List.of(arguments));
        return Program.run(folder, LIMIT, whole);
    }

    @Test(dependsOnMethods = "recordsAreListedShownAndExported")
    public void recordsOutliveTheDatabaseThatWentAway() {
        database.crash();
        for (int i = 0; i < REFUSED_CALLS; i++) {
            // Nobody is signed in there.
            assertThat(phone.invite("209", TALK).awaitFinal(LIMIT).status()).isEqualTo(480);
        }
        Path journal = folder.resolve("data").resolve("journal.jsonl");
        Await.until("the journal has them", LIMIT, () -> sizeOf(journal) > 0);
        Await.until("operators are told", LIMIT, () -> alarms().contains("records database"));

        database.resume();

        Await.until(
                "all of them are in the database",
                Duration.ofSeconds(60),
                () -> count("reason = 'agent-offline'") == REFUSED_CALLS);
        assertThat(count("TRUE")).isEqualTo(REFUSED_CALLS + 1);
        Await.until("nothing waits any more", LIMIT, () -> sizeOf(journal) == 0);
        Await.until("and that it is well again", LIMIT, () -> alarms().isEmpty());
    }

    @Test(dependsOnMethods = "recordsOutliveTheDatabaseThatWentAway")
    public void aKilledGatewayLeavesNoCallOpen() {
        WebPeer alice = signIn();
        WebPeer bob = signIn("bob", false);
        PhoneCall call = phone.invite("200", TALK).awaitAnswer(LIMIT);
        String id = alice.await("connected", LIMIT, _ -> true).path("call").asText();
        Await.until(
                "the answer is recorded",
                LIMIT,
                () -> count("ended_at IS NULL AND answered_at IS NOT NULL") == 1);
        String answeredAt = text("SELECT answered_at FROM calls WHERE ended_at IS NULL");
        alice.lead("transfer", id, "agent:bob");
        bob.await("incoming", LIMIT, _ -> true);
        Await.until(
                "the transfer is recorded",
                LIMIT,
                () -> count("ended_at IS NULL AND agent = 'bob'") == 1);
        Path dialogs = folder.resolve("data").resolve("dialogs.jsonl");
        Await.until("its dialog is kept", LIMIT, () -> sizeOf(dialogs) > 0);

        ProcessHandle.of(gateway.pid()).orElseThrow().destroyForcibly();
        Await.until("the gateway is dead", LIMIT, () -> !gateway.isAlive());
        leaveOldRecords();
        gateway = startGateway();

        call.awaitBye(LIMIT);
        Await.until("the record is closed", LIMIT, () -> count("ended_at IS NULL") == 0);
        Await.until("old records are gone", LIMIT, () -> count("source = 'old'") == 0);
        assertThat(text("SELECT string_agg(records::text, ' ' ORDER BY at) FROM deletions"))
                .as("as many at once as take a moment")
                .isEqualTo("1000 1000 500");
        assertThat(
                        count(
                                "reason = 'crash' AND ended_by = 'gateway' AND result = 'answered'"
                                        + " AND direction = 'in' AND ringing_at IS NOT NULL"))
                .isEqualTo(1);
        assertThat(text("SELECT answered_at FROM calls WHERE reason = 'crash'"))
                .isEqualTo(answeredAt);
        assertThat(count("TRUE")).isEqualTo(REFUSED_CALLS + 2);
    }

    /// As many as there are when `keep-days` is set for the first time; and a note of each
    /// statement that deletes some.
    private void leaveOldRecords() {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    INSERT INTO calls (id, node, source, caller, caller_name, withheld, called,
                        agent, started_at, ended_at, legs, headers)
                      SELECT 'old' || n, 'test', 'old', '1', '', false, '2', '',
                        TIMESTAMPTZ '2001-01-01' + n * INTERVAL '1 second', TIMESTAMPTZ '2001-01-02',
                        '[]', '{}' FROM generate_series(1, %d) n;
                    CREATE TABLE deletions (at timestamptz, records int);
                    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                        INSERT INTO deletions SELECT clock_timestamp(), count(*) FROM gone
                          HAVING count(*) > 0;
                        RETURN NULL; END $$;
                    CREATE TRIGGER noted AFTER DELETE ON calls REFERENCING OLD TABLE AS gone
                      FOR EACH STATEMENT EXECUTE FUNCTION note();
                    """
                            .formatted(OLD_RECORDS));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Two gateways that nobody gave a name have the same one. The second was killed before, and
    /// ends what it left then.
    @Test(dependsOnMethods = "aKilledGatewayLeavesNoCallOpen")
    public void anotherGatewayOfTheNameEndsNoCallThatLivesAndBothSaySo() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("second"));
        Path data = Files.createDirectories(elsewhere.resolve("data"));
        deleteOldRecords(data);
        Files.writeString(data.resolve("alive"), "test");
        DemoConfig second = CallStand.configure(elsewhere, this::configured);
        String seen = "SELECT count(*) FROM offhook_gateways";
        String alone = text(seen);
        try (WebPeer alice = signIn()) {
            PhoneCall call = phone.invite("200", TALK).awaitAnswer(LIMIT);
            String id = alice.await("connected", LIMIT, _ -> true).path("call").asText();
            Await.until("it is recorded", LIMIT, () -> count("ended_at IS NULL") == 1);
            try (GatewayProcess other =
                    GatewayProcess.start(
                            second.file(), elsewhere.resolve("gateway.log"), START_LIMIT)) {
                for (GatewayProcess each : List.of(other, gateway)) {
                    Await.until(
                            "operators are told",
                            NOTICED,
                            () -> alarms(each).contains("records node"));
                }
                assertThat(count("ended_at IS NULL AND id = '" + id + "'")).isEqualTo(1);
            }
            assertThat(text(seen)).as("the other one has taken its leave").isEqualTo(alone);
            call.hangUp(LIMIT);
            Await.until("its own end is recorded", LIMIT, () -> count("ended_at IS NULL") == 0);
            assertThat(text("SELECT reason FROM calls WHERE id = '" + id + "'"))
                    .isEqualTo("hang-up");
        }
    }

    @Test(dependsOnMethods = "anotherGatewayOfTheNameEndsNoCallThatLivesAndBothSaySo")
    public void waysOfACallAndWhatIsSaidOfItAreInItsRecord() {
        String id;
        try (WebPeer alice = signIn();
                WebPeer bob = signIn("bob")) {
            PhoneCall call = phone.invite("220", TALK).awaitAnswer(LIMIT);
            id = alice.await("connected", LIMIT, _ -> true).path("call").asText();
            alice.measured(id, 25, 391, LIMIT);
            phone.invite("200", TALK).awaitStatus(486, LIMIT);
            alice.note(id, "wants =a \"quote\"\nfor ñ", LIMIT);
            alice.lead("transfer", id, "agent:bob");
            bob.await("connected", LIMIT, _ -> true);
            alice.await("ended", LIMIT, m -> m.path("call").asText().equals(id));
            call.hangUp(LIMIT);
            bob.await("ended", LIMIT, _ -> true);
            bob.note(id, "sent the offer", LIMIT);
        }

        String which = " FROM calls WHERE id = '" + id + "'";
        Await.until(
                "the end and the last note, whichever comes first",
                LIMIT,
                () ->
                        text("SELECT (ended_at IS NOT NULL) || ' ' || notes" + which)
                                .matches("(?s)true .*the offer.*"));
        assertThat(text("SELECT notes->>'alice'" + which)).isEqualTo("wants =a \"quote\"\nfor ñ");
        assertThat(
                        text(
                                "SELECT queue || ' ' || (queue_millis BETWEEN 0 AND talk_millis + 60000)"
                                        + which))
                .isEqualTo("sales true");
        assertThat(
                        text(
                                "SELECT string_agg(t->>'way' || ' ' || (t->>'target') || ' ' ||"
                                        + " (t->>'outcome'), ',') FROM calls,"
                                        + " jsonb_array_elements(transfers) t WHERE id = '"
                                        + id
                                        + "'"))
                .isEqualTo("blind agent:bob done");
        assertThat(
                        text(
                                "SELECT (p.value->>'lossPercent') || ' ' || (p.value->>'mos') || ' ' ||"
                                        + " coalesce(p.value->>'jitterMillis', 'unknown') FROM calls,"
                                        + " jsonb_each(pages) p WHERE id = '"
                                        + id
                                        + "'"))
                .isEqualTo("2.5 3.91 unknown");
        assertThat(text("SELECT agent" + which)).isEqualTo("bob");
        assertThat(text("SELECT ringing_at BETWEEN started_at AND answered_at" + which))
                .isEqualTo("t");
        assertThat(
                        text(
                                "SELECT agent || ' ' || (ringing_at IS NULL) FROM calls"
                                        + " WHERE reason = 'agent-busy' AND q850_cause = 17"))
                .isEqualTo("alice true");
        assertThat(records("--format", "csv").out())
                .startsWith("id,node,direction,source,caller")
                .contains(",queue,queue_millis,transfers,notes,pages")
                .contains("sent the offer");
    }

    @Test(dependsOnMethods = "waysOfACallAndWhatIsSaidOfItAreInItsRecord")
    public void callsOutSayByWhichTrunkAndWhoMadeThem() {
        String answered;
        String busy;
        String led;
        try (WebPeer alice = signIn()) {
            answered = alice.dial("0911", LIMIT);
            CalledCall there = throughTheCarrier("0911").answer(LIMIT);
            alice.await("connected", LIMIT, m -> m.path("call").asText().equals(answered));
            Await.until(
                    "the record of a call out that lives",
                    LIMIT,
                    () -> count("ended_at IS NULL AND out_trunk = 'carrier'") == 1);
            alice.hangUp(answered);
            there.await("BYE", LIMIT);
            alice.await("ended", LIMIT, m -> m.path("call").asText().equals(answered));

            busy = alice.dial("0912", LIMIT);
            throughTheCarrier("0912").refuse(486, "Busy Here", LIMIT);
            alice.await("ended", LIMIT, m -> m.path("call").asText().equals(busy));

            PhoneCall call = phone.invite("200", TALK).awaitAnswer(LIMIT);
            led =
                    alice.await("connected", LIMIT, m -> !m.path("call").asText().equals(answered))
                            .path("call")
                            .asText();
            alice.lead("transfer", led, "0913");
            throughTheCarrier("0913").answer(LIMIT);
            alice.await("ended", LIMIT, m -> m.path("call").asText().equals(led));
            call.hangUp(LIMIT);
        }
        Await.until("all records", LIMIT, () -> count("ended_at IS NULL") == 0);

        assertThat(whole(answered))
                .isEqualTo("web carrier alice alice answered browser,trunk full,trunk carrier");
        assertThat(whole(busy))
                .isEqualTo("web carrier alice alice refused browser,trunk full,trunk carrier");
        assertThat(whole(led))
                .isEqualTo(
                        "pbx carrier alice nobody answered trunk pbx,browser,trunk full,trunk"
                                + " carrier");
        assertThat(idsOf(records("--json", "--trunk", "carrier").out()))
                .containsExactly(led, busy, answered);
        assertThat(idsOf(records("--json", "--agent", "alice", "--trunk", "web").out()))
                .containsExactly(busy, answered);
        assertThat(ask("records.csv?trunk=carrier&result=refused").lines().skip(1))
                .singleElement()
                .asString()
                .startsWith(busy + ",test,out,web,");
        assertThat(ask("records?trunk=carrier")).contains("\"total\":3");
    }

    /// A call that the trunk before has no place for.
    private CalledCall throughTheCarrier(String number) {
        full.awaitCall(number, LIMIT).refuse(500, "Server Internal Error", LIMIT);
        return carrier.awaitCall(number, LIMIT);
    }

    private String whole(String id) {
        return text(
                "SELECT concat_ws(' ', source, out_trunk, agent, coalesce(placed_by, 'nobody'),"
                        + " result, (SELECT string_agg(concat_ws(' ', leg->>'kind', leg->>'trunk'),"
                        + " ',' ORDER BY leg->>'leg') FROM jsonb_array_elements(legs) leg))"
                        + " FROM calls WHERE id = '"
                        + id
                        + "'");
    }

    private static List<String> idsOf(String lines) {
        return lines.lines()
                .map(line -> line.replaceFirst("\\{\"id\":\"([^\"]+)\".*", "$1"))
                .toList();
    }

    private static long sizeOf(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException _) {
            return 0;
        }
    }

    private List<String> alarms() {
        return alarms(gateway);
    }

    private static List<String> alarms(GatewayProcess of) {
        try (Operations operations = Operations.of(of)) {
            return operations.alarms();
        }
    }

    private long count(String which) {
        return Long.parseLong(text("SELECT count(*) FROM calls WHERE " + which));
    }

    private String text(String query) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return String.valueOf(rows.getString(1));
        } catch (SQLException e) {
            if ("42P01".equals(e.getSQLState())) {
                return "0"; // the gateway makes the table with its first record
            }
            throw new IllegalStateException(e);
        }
    }
}
