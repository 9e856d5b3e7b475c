package offhook.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.audit.AuditVerifier.Verdict;
import offhook.config.AuditConfig;
import offhook.runtime.Await;
import offhook.runtime.NanoClock;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The audit log on a real disk: what it keeps, and which hands on it are seen.
public class AuditWriterTest {

    private static final long LARGE = 1L << 30;

    private final ObjectMapper json = new ObjectMapper();
    private Path log;

    @BeforeMethod
    public void makeFolder() throws IOException {
        log = Files.createTempDirectory("audit").resolve("audit.jsonl");
    }

    private AuditWriter start(long rotateBytes) throws IOException {
        return AuditWriter.start(
                new AuditConfig(log, rotateBytes), "test", NanoClock.system(), Instant::now);
    }

    /// Lines 1 to 12: a start, ten operations, a stop.
    private List<String> written() throws Exception {
        AuditWriter writer = start(LARGE);
        for (int i = 0; i < 10; i++) {
            writer.record("jmx:carol@192.0.2.7", "jmx", "type=Gateway drain()", "ok");
        }
        writer.stop();
        return new ArrayList<>(Files.readAllLines(log));
    }

    private Verdict verify() throws IOException {
        return AuditVerifier.verify(log, 1, Optional.empty());
    }

    @Test
    public void aDefectEndsOnlyWhatItMetAndIsToldOf() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AuditWriter writer =
                AuditWriter.start(
                        new AuditConfig(log, LARGE),
                        "test",
                        () -> {
                            int time = asked.incrementAndGet();
                            if (time == 2) {
                                throw new IllegalStateException("a single defect");
                            }
                            return time;
                        },
                        Instant::now);

        Await.until("told", () -> writer.figures().lastError().contains("a single defect"));
        writer.record("jmx:carol@192.0.2.7", "jmx", "after the defect", "ok");
        Await.until("written", () -> writer.figures().up());
        writer.stop();

        assertThat(Files.readString(log)).contains("after the defect");
    }

    @Test
    public void everyLineIsAnObjectBoundToTheOneBefore() throws Exception {
        List<String> lines = written();

        assertThat(lines).hasSize(12);
        JsonNode first = json.readTree(lines.getFirst());
        assertThat(first.path("what").asText()).isEqualTo("start");
        assertThat(first.path("prev").asText()).isEqualTo("0".repeat(64));
        assertThat(json.readTree(lines.get(5)).path("prev"))
                .isEqualTo(json.readTree(lines.get(4)).path("hash"));
        assertThat(verify()).isEqualTo(new Verdict.Good(1, 1, 12, "12:" + hash(lines.getLast())));
        assertThat(Files.getPosixFilePermissions(log).toString()).doesNotContain("OTHERS");
    }

    private String hash(String line) throws IOException {
        return json.readTree(line).path("hash").asText();
    }

    @Test
    public void aRestartContinuesTheChain() throws Exception {
        written();
        AuditWriter writer = start(LARGE);
        writer.record("agent:alice", "sign-in", "192.0.2.8", "ok");
        writer.stop();

        assertThat(verify()).isInstanceOf(Verdict.Good.class);
        assertThat(Files.readAllLines(log)).hasSize(15);
    }

    @Test
    public void theChainGoesOnAcrossFiles() throws Exception {
        AuditWriter writer = start(2_000);
        for (int i = 0; i < 40; i++) {
            long before = writer.figures().sequence();
            writer.record("agent:alice", "sign-in", "192.0.2.8", "ok");
            Await.until("a line", () -> writer.figures().sequence() > before);
        }
        writer.stop();

        List<Path> files = Archive.files(log);
        assertThat(files).hasSizeGreaterThan(3);
        assertThat(verify())
                .isInstanceOfSatisfying(
                        Verdict.Good.class,
                        good -> {
                            assertThat(good.last()).isEqualTo(42);
                            assertThat(good.files()).isEqualTo(files.size());
                        });
        // One of them is put away, and it is missed; then it is said that it was.
        long second =
                Chain.read(Files.readAllLines(files.get(1)).getFirst()).orElseThrow().sequence();
        Files.delete(files.getFirst());
        assertThat(verify())
                .isEqualTo(
                        new Verdict.Bad(
                                files.get(1),
                                1,
                                "lines 1 to %d are missing before it".formatted(second - 1)));
        assertThat(AuditVerifier.verify(log, second, Optional.empty()))
                .isInstanceOf(Verdict.Good.class);
        assertThat(AuditVerifier.verify(files.get(2), 1, Optional.empty()))
                .isInstanceOf(Verdict.Good.class);
    }

    @FunctionalInterface
    private interface Hand {
        void on(List<String> lines);
    }

    private static Object[] hand(String name, Hand hand, long line, String says) {
        return new Object[] {name, hand, line, says};
    }

    @DataProvider
    public static Object[][] hands() {
        return new Object[][] {
            hand(
                    "edit",
                    lines -> lines.set(4, lines.get(4).replace("carol", "dave")),
                    5,
                    "line 5 was changed: its hash is another"),
            hand(
                    "edit with a new hash",
                    lines -> {
                        Entry other =
                                new Entry(Instant.EPOCH, "jmx:dave", "jmx", "drain()", "ok", false);
                        String before = Chain.read(lines.get(3)).orElseThrow().hash();
                        lines.set(4, new Chain(4, before).next(other).line());
                    },
                    6,
                    "line 6 follows another line than the one before it"),
            hand("delete", lines -> lines.remove(6), 7, "line 7 is missing before it"),
            hand(
                    "reorder",
                    lines -> Collections.swap(lines, 2, 3),
                    3,
                    "line 3 is missing before it"),
            hand("repeat", lines -> lines.add(5, lines.get(4)), 6, "line 5 is not in its place"),
            hand("insert", lines -> lines.add(5, "{}"), 6, "is no line of an audit log"),
            hand(
                    "cut the end",
                    lines -> lines.subList(10, 12).clear(),
                    11,
                    "lines 11 to 12 are missing at the end"),
            hand(
                    "cut the last line",
                    lines -> lines.removeLast(),
                    12,
                    "line 12 is missing at the end"),
            hand("empty", List::clear, 1, "lines 1 to 12 are missing at the end"),
            hand(
                    "cut the beginning",
                    lines -> lines.removeFirst(),
                    1,
                    "line 1 is missing before it"),
            hand(
                    "add to it",
                    lines -> {
                        Chain end = Chain.read(lines.getLast()).orElseThrow().end();
                        lines.set(
                                11,
                                new Chain(11, Chain.read(lines.get(10)).orElseThrow().hash())
                                        .next(new Entry(Instant.EPOCH, "x", "y", "", "ok", false))
                                        .line());
                        assertThat(end.sequence()).isEqualTo(12);
                    },
                    13,
                    "line 12 is another than the gateway wrote"),
        };
    }

    @Test(dataProvider = "hands")
    public void theFirstBadLineIsNamed(String name, Hand hand, long line, String says)
            throws Exception {
        List<String> lines = written();
        hand.on(lines);
        Files.write(log, lines);

        assertThat(verify()).as(name).isEqualTo(new Verdict.Bad(log, line, says));
    }

    @Test
    public void aCutEndStaysMissedWhenTheGatewayStartsAgain() throws Exception {
        List<String> lines = written();
        Files.write(log, lines.subList(0, 9));
        AuditWriter writer = start(LARGE);
        Await.until("the start", () -> writer.figures().sequence() >= 14);
        assertThat(writer.figures().tampering())
                .isEqualTo("it ended at line 12 when it was written last, and ends at 9 now");
        writer.stop();

        assertThat(verify())
                .isEqualTo(new Verdict.Bad(log, 10, "lines 10 to 12 are missing before it"));
    }

    @Test
    public void whatIsCutWithTheFileBesideItIsMissedByAnAnchor() throws Exception {
        List<String> lines = written();
        String anchor = "12:" + hash(lines.getLast());
        Files.write(log, lines.subList(0, 9));
        Chain ninth = Chain.read(lines.get(8)).orElseThrow().end();
        Files.writeString(HeadFile.of(log), "%018d %s\n".formatted(ninth.sequence(), ninth.hash()));

        assertThat(verify()).isInstanceOf(Verdict.Good.class);
        assertThat(AuditVerifier.verify(log, 1, Optional.of(anchor)))
                .isEqualTo(new Verdict.Bad(log, 10, "line 12 of that hash is not there"));
    }

    @Test
    public void aFileThatIsTakenAwayFromTheWriterIsMissed() throws Exception {
        AuditWriter writer = start(LARGE);
        Await.until("the start", () -> writer.figures().sequence() >= 1);
        Files.delete(log);
        writer.record("agent:alice", "sign-in", "192.0.2.8", "ok");
        Await.until("both lines", () -> writer.figures().sequence() >= 3);

        assertThat(writer.figures().tampering()).isEqualTo("the file was removed");
        assertThat(Files.readString(log)).contains("audit-tampered", "agent:alice");
        writer.stop();
        assertThat(verify()).isEqualTo(new Verdict.Bad(log, 1, "line 1 is missing before it"));
    }

    @Test
    public void aDiskThatTakesNothingIsWaitedForAndWhatWasLostIsCounted() throws Exception {
        AuditWriter writer = start(LARGE);
        Await.until("the start", () -> writer.figures().sequence() >= 1);
        // A folder in the place of the file takes nothing, whoever writes, root too.
        Files.delete(log);
        Files.createDirectory(log);
        Await.until(
                "that it fails",
                () -> {
                    writer.record("agent:alice", "sign-in", "192.0.2.8", "ok");
                    return !writer.figures().up();
                });
        for (int i = 0; i < 5_000; i++) {
            writer.record("agent:alice", "sign-in", "192.0.2.8", "ok");
        }
        Await.until("that some are lost", () -> writer.figures().lost() > 0);
        assertThat(writer.figures().lastError()).isNotBlank();

        Files.delete(log);
        Await.until("that it is well", () -> writer.figures().up());
        Await.until("all", () -> writer.figures().sequence() > 4_000);
        writer.stop();
        long lost = writer.figures().lost();
        assertThat(Files.readString(log))
                .contains("\"outcome\":\"" + lost + " entries found no room\"");
    }

    @Test
    public void strangersFillNeitherTheDiskNorTheRoomOfOperators() throws Exception {
        AuditWriter writer = start(LARGE);
        for (int i = 0; i < 100_000; i++) {
            writer.recordStranger("198.51.100.9", "web-password", "name=alice", "refused");
        }
        writer.record("jmx:carol@192.0.2.7", "jmx", "type=Gateway drain()", "ok");
        writer.stop();

        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSizeLessThan(200);
        assertThat(lines).filteredOn(line -> line.contains("jmx:carol")).hasSize(1);
        assertThat(verify()).isInstanceOf(Verdict.Good.class);
    }

    @Test
    public void remoteTextStaysOneLineOfPlainCharacters() throws Exception {
        AuditWriter writer = start(LARGE);
        writer.recordStranger(
                "198.51.100.9",
                "web-password",
                "a\n{\"seq\":1}\u202e\u001b[2J\"" + "x".repeat(9_000),
                "refused");
        writer.stop();

        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).matches("[ -~]{200,1000}").contains("\\u202E");
        assertThat(json.readTree(lines.get(1)).path("subject").asText()).startsWith("a\n{");
        assertThat(verify()).isInstanceOf(Verdict.Good.class);
    }

    @Test
    public void aLineThatWasCutOffByTheEndOfTheProcessGoes() throws Exception {
        List<String> lines = written();
        Files.writeString(log, String.join("\n", lines) + "\n{\"seq\":13,\"at");
        AuditWriter writer = start(LARGE);
        writer.stop();

        assertThat(verify()).isInstanceOf(Verdict.Good.class);
        assertThat(Files.readString(log))
                .contains("audit-mended", "bytes of a line without an end were removed");
        assertThat(writer.figures().tampering()).as("it was nobody's hand").isEmpty();
    }

    @Test
    public void whatIsOnTheDiskIsNotWrittenAgainWhenNoOtherFileCanBeBegun() throws Exception {
        // Nothing can be moved to where a folder is.
        List<Path> inTheWay = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            inTheWay.add(Files.createDirectory(Archive.older(log, i)));
        }
        AuditWriter writer = start(1_000);
        for (int i = 0; i < 10; i++) {
            writer.record("agent:alice", "sign-in", "from-" + i, "ok");
        }
        Await.until(
                "all of them", () -> writer.figures().sequence() >= 11 && !writer.figures().up());
        Await.until(
                "that it was tried again",
                () -> {
                    writer.record("agent:alice", "sign-in", "again", "ok");
                    return writer.figures().sequence() > 14;
                });
        for (Path each : inTheWay) {
            Files.delete(each);
        }
        Await.until("that it is well", () -> writer.figures().up());
        writer.stop();

        assertThat(writer.figures().tampering()).isEmpty();
        assertThat(verify()).isInstanceOf(Verdict.Good.class);
        List<String> lines = new ArrayList<>();
        for (Path file : Archive.files(log)) {
            lines.addAll(Files.readAllLines(file));
        }
        for (int i = 0; i < 10; i++) {
            String subject = "\"from-" + i + "\"";
            assertThat(lines).filteredOn(line -> line.contains(subject)).hasSize(1);
        }
    }

    @Test
    public void aDefectIsToldAndNotTheEndOfIt() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        AuditWriter writer =
                AuditWriter.start(
                        new AuditConfig(log, LARGE),
                        "test",
                        NanoClock.system(),
                        () -> {
                            if (broken.get() && Thread.currentThread().getName().equals("audit")) {
                                throw new IllegalStateException("a defect");
                            }
                            return Instant.now();
                        });
        Await.until("the start", () -> writer.figures().sequence() >= 1);

        broken.set(true);
        Await.until("that it is told", () -> !writer.figures().up());
        assertThat(writer.figures().lastError()).contains("a defect");
        writer.record("agent:alice", "sign-in", "192.0.2.8", "ok");

        broken.set(false);
        Await.until(
                "that it is well", () -> writer.figures().up() && writer.figures().sequence() >= 2);
        writer.stop();
        assertThat(verify()).isInstanceOf(Verdict.Good.class);
    }

    @Test
    public void withoutTheFileBesideItNobodyKnowsWhereItEnds() throws Exception {
        List<String> lines = written();
        Files.write(log, lines.subList(0, 9));
        Files.delete(HeadFile.of(log));

        String says =
                "audit.jsonl.head beside it is missing or damaged: nobody can say whether the log"
                        + " ends here";
        assertThat(verify()).isEqualTo(new Verdict.Bad(log, 10, says));
        String ninth = Chain.read(lines.get(8)).orElseThrow().end().toString();
        assertThat(AuditVerifier.verify(log, 1, Optional.of(ninth)))
                .as("an anchor says where")
                .isInstanceOf(Verdict.Good.class);

        AuditWriter writer = start(LARGE);
        assertThat(writer.figures()).isNotNull();
        Await.until("the start", () -> writer.figures().sequence() >= 11);
        assertThat(writer.figures().tampering())
                .startsWith("audit.jsonl.head beside it was removed");
        writer.stop();
    }

    @Test
    public void whatIsNotThereIsSaidSo() {
        assertThatThrownBy(this::verify)
                .isInstanceOf(IOException.class)
                .hasMessage("there is no file " + log);
    }

    @Test
    public void twoGatewaysDoNotShareALog() throws Exception {
        AuditWriter writer = start(LARGE);

        assertThatThrownBy(() -> start(LARGE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another gateway writes it")
                .hasMessageContaining("ops.audit.file");
        writer.stop();
    }
}
