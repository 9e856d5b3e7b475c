package offhook.cdr;

import static offhook.cdr.CallRecorderTest.await;
import static offhook.cdr.CallRecorderTest.end;
import static offhook.cdr.CallRecorderTest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import offhook.call.CallId;
import offhook.call.EndCause;
import offhook.config.RecordsConfig;
import offhook.runtime.NanoClock;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// What keeps records when databases, starts, ends and our own code are not as they should be.
public class RecordKeeperTest {

    private static final String LEFT = "{\"trunk\":\"pbx\"}";

    private Path folder;
    private CallRecorder recorder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("keeper");
        recorder = null;
    }

    @AfterMethod(alwaysRun = true)
    public void stop() throws InterruptedException {
        if (recorder != null) {
            recorder.stop();
        }
    }

    @Test
    public void aDatabaseThatDoesNotAnswerHoldsNeitherJournalNorMarkNorDialogs() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        RecordKeeper keeper =
                new RecordKeeper(
                        sqlite(),
                        RecordFolder.open(folder, "gw"),
                        "gw",
                        NanoClock.system(),
                        Clock.systemUTC(),
                        List::of,
                        config -> {
                            asked.countDown();
                            uninterrupted(answered);
                            return RecordStore.open(config);
                        });
        keeper.start();
        keeper.keepDialogs(() -> List.of("first"));
        await(() -> asked.getCount() == 0);

        await(() -> text("dialogs.jsonl").equals("first\n"));
        keeper.keepDialogs(() -> List.of("second"));
        Files.setLastModifiedTime(alive(), FileTime.from(Instant.EPOCH));
        CallId id = CallId.next();
        keeper.keep(seen(id));
        await(() -> text("journal.jsonl").contains(id.value()));
        await(() -> text("dialogs.jsonl").equals("second\n"));
        await(() -> lastSeen().isAfter(Instant.EPOCH));

        CallId last = CallId.next();
        keeper.keep(seen(last));
        Thread ending = Thread.ofVirtual().start(() -> stop(keeper));
        await(() -> !Files.exists(alive()));
        assertThat(text("journal.jsonl")).as("before the database").contains(last.value());
        answered.countDown();
        ending.join();
        recorder = start(sqlite()); // for what came too late
        await(() -> !record(last).isEmpty() && !record(id).isEmpty());
    }

    private static void stop(RecordKeeper keeper) {
        try {
            keeper.stop(false);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Entry seen(CallId id) {
        return new Entry.Seen(
                new RecordWriter("gw", null).living(snapshot(id, "active"), Instant.now()));
    }

    @Test
    public void aStartThatFailsLeavesWhatTheDeadGatewayLeft() throws Exception {
        Instant died = Instant.parse("2026-03-01T10:00:00Z");
        Files.createFile(alive());
        Files.setLastModifiedTime(alive(), FileTime.from(died));
        Files.writeString(folder.resolve("dialogs.jsonl"), LEFT + "\n");

        for (int attempt = 0; attempt < 2; attempt++) {
            recorder = start(sqlite());
            assertThat(recorder.leftDialogs()).containsExactly(LEFT);
            await(() -> recorder.figures().stored() > 0); // past its first second's look
            recorder.stop();
            assertThat(lastSeen()).isEqualTo(died);
        }
        recorder = start(sqlite());
        assertThat(recorder.leftDialogs()).containsExactly(LEFT);
        recorder.keepDialogs(List::of);
        await(() -> text("dialogs.jsonl").isEmpty());
        recorder.stop();
        assertThat(alive()).doesNotExist();
    }

    @Test
    public void aDefectEndsNothingButItself() throws Exception {
        recorder = start(sqlite());
        AtomicInteger asked = new AtomicInteger();
        recorder.keepDialogs(() -> {
            switch (asked.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("a single defect");
                case 2 -> throw new AssertionError("an error");
                default -> {
                    return List.of("dialog " + asked.get());
                }
            }
        });

        await(() -> text("dialogs.jsonl").contains("dialog"));
        CallId id = over();
        await(() -> record(id).get("ended_at") != null);

        assertThat(recorder.figures().running()).isTrue();
    }

    @Test
    public void whoseThreadsAreGoneIsNotRunning() throws Exception {
        recorder = start(sqlite());
        assertThat(recorder.figures().running()).isTrue();

        recorder.stop();

        assertThat(recorder.figures().running()).isFalse();
    }

    /// Killed after the database had taken this much of the journal, and before it was cut.
    @Test
    public void aCrashThatIsToldTwiceEndsNoCallOfTheNextRun() throws Exception {
        RecordWriter writer = new RecordWriter("gw", null);
        CallId dead = CallId.next();
        CallId next = CallId.next();
        Instant died = Instant.parse("2026-03-01T10:00:00Z");
        Instant began = died.plusSeconds(60);
        List<Entry> taken =
                List.of(
                        new Entry.Seen(
                                writer.living(snapshot(dead, "active"), died.minusSeconds(9))),
                        new Entry.Crashed(
                                "gw", Times.text(died), Times.text(began.minusMillis(1)), null),
                        new Entry.Seen(writer.living(snapshot(next, "active"), began)));
        try (RecordStore store = RecordStore.open(sqlite())) {
            store.write(taken);
        }
        Entry over =
                new Entry.Seen(
                        writer.ended(end(next, EndCause.hangUp(EndCause.By.CALLEE), true), began));
        Files.write(
                folder.resolve("journal.jsonl"),
                List.of(
                        Json.text(taken.get(0)),
                        Json.text(taken.get(1)),
                        Json.text(taken.get(2)),
                        Json.text(over)));

        recorder = start(sqlite());
        await(() -> record(next).get("ended_at") != null);

        assertThat(record(next)).containsEntry("reason", "hang-up");
        assertThat(record(dead))
                .containsEntry("reason", "crash")
                .containsEntry("ended_at", "2026-03-01T10:00:00.000Z")
                .containsEntry("talk_millis", 6000);
    }

    @Test
    public void callsThatDidNotEndAreEndedByTheNextStartUnderWhateverName() throws Exception {
        recorder = start(sqlite());
        recorder.keepDialogs(() -> List.of(LEFT));
        CallId id = CallId.next();
        recorder.began(id, () -> snapshot(id, "active"));
        await(() -> !record(id).isEmpty() && Files.exists(alive()));
        recorder.stop();
        assertThat(record(id)).containsEntry("ended_at", null);

        recorder = CallRecorder.start(sqlite(), "other", NanoClock.system(), Clock.systemUTC());
        await(() -> record(id).get("ended_at") != null);

        assertThat(recorder.leftDialogs()).containsExactly(LEFT);
        assertThat(record(id)).containsEntry("reason", "crash").containsEntry("node", "gw");
    }

    @Test
    public void moreRecordsThanOneStatementDeletesGoInOneGo() throws Exception {
        leave(2 * StoreFeed.FORGOTTEN_AT_ONCE + 1);
        CallId young = CallId.next();
        try (RecordStore store = RecordStore.open(sqlite())) {
            store.write(List.of(seen(young)));
            Instant longAgo = Instant.parse("2020-01-01T00:00:01Z");
            assertThat(store.forgetBefore(longAgo, 10)).isEqualTo(10);
        }
        recorder = start(keptForAMonth());

        await(() -> count() == 1);
        assertThat(record(young)).isNotEmpty();
    }

    /// Step by step, by the thread's own steps.
    @Test
    public void whatComesWhileABigTableIsDeletedDoesNotWaitForItsEnd() throws Exception {
        leave(2 * StoreFeed.FORGOTTEN_AT_ONCE + 1);
        try (RecordFolder records = RecordFolder.open(folder, "gw");
                StoreFeed feed =
                        new StoreFeed(
                                keptForAMonth(),
                                records,
                                "gw",
                                Clock.systemUTC(),
                                RecordStore::open)) {
            Spool spool = new Spool(records::append);
            assertThat(feed.forget()).isEqualTo(StoreFeed.Forgotten.MORE);
            assertThat(count()).isEqualTo(StoreFeed.FORGOTTEN_AT_ONCE + 1);

            CallId id = CallId.next();
            spool.add(seen(id));
            spool.write();
            assertThat(feed.feed(spool)).isTrue();
            assertThat(record(id)).isNotEmpty();
            assertThat(count()).isEqualTo(StoreFeed.FORGOTTEN_AT_ONCE + 2);

            assertThat(feed.forget()).isEqualTo(StoreFeed.Forgotten.MORE);
            assertThat(feed.forget()).isEqualTo(StoreFeed.Forgotten.DONE);
            assertThat(count()).isEqualTo(1);
        }
    }

    /// Records of long ago.
    private void leave(int count) throws Exception {
        RecordWriter writer = new RecordWriter("gw", null);
        Instant old = Instant.parse("2020-01-01T00:00:00Z");
        try (RecordStore store = RecordStore.open(sqlite())) {
            store.write(
                    Stream.generate(CallId::next)
                            .limit(count)
                            .<Entry>map(
                                    id -> new Entry.Seen(writer.living(snapshot(id, "ended"), old)))
                            .toList());
        }
    }

    private RecordsConfig keptForAMonth() {
        return new RecordsConfig(
                folder,
                sqlite().url(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Duration.ofDays(30)));
    }

    private CallRecorder start(RecordsConfig config) throws IOException {
        return CallRecorder.start(config, "gw", NanoClock.system(), Clock.systemUTC());
    }

    /// A call that was, and is recorded.
    private CallId over() {
        CallId id = CallId.next();
        recorder.began(id, () -> snapshot(id, "active"));
        recorder.ended(id, end(id, EndCause.hangUp(EndCause.By.CALLEE), true));
        return id;
    }

    private RecordsConfig sqlite() {
        return new RecordsConfig(
                folder,
                "jdbc:sqlite:" + folder.resolve("records.db"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private Path alive() {
        return folder.resolve("alive");
    }

    private Instant lastSeen() {
        try {
            return Files.getLastModifiedTime(alive()).toInstant();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException _) {
            return "not there";
        }
    }

    private Map<String, Object> record(CallId id) {
        try (RecordArchive archive = RecordArchive.open(sqlite())) {
            return archive.find(id.value()).orElse(Map.of());
        } catch (IOException _) {
            return Map.of(); // no table yet
        }
    }

    private int count() {
        try (RecordArchive archive = RecordArchive.open(sqlite())) {
            return archive.count(RecordFilter.ALL, 100_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
