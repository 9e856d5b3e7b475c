package offhook.cdr;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import offhook.call.BrowserView;
import offhook.call.CallEnd;
import offhook.call.CallEvent;
import offhook.call.CallId;
import offhook.call.CallObserver;
import offhook.call.CallRemarks;
import offhook.call.CallSnapshot;
import offhook.call.LegId;
import offhook.call.TurnAwayBudget;
import offhook.call.TurnedAway;
import offhook.config.RecordsConfig;
import offhook.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/// Records each call: when it begins, when its state changes, when it ends. Told on the calls' own
/// threads, which it never makes wait.
public final class CallRecorder implements CallObserver, CallRemarks {

    /// Calls of one source that are turned away at once and have a record each.
    private static final int MOST_REFUSED_AT_ONCE = 100;

    private final RecordWriter writer;
    private final NanoClock clock;
    private final Clock wallClock;
    private final RecordKeeper keeper;

    /// The calls that live. Written by their threads, read by the keeper's.
    private final Map<CallId, Open> open = new ConcurrentHashMap<>();

    private final TurnAwayBudget refusals = new TurnAwayBudget(MOST_REFUSED_AT_ONCE);

    private final List<String> leftDialogs;

    private CallRecorder(
            RecordsConfig config,
            RecordFolder folder,
            String node,
            NanoClock clock,
            Clock wallClock)
            throws IOException {
        this.leftDialogs = folder.leftDialogs();
        this.writer = new RecordWriter(node, folder.instance().orElse(null));
        this.clock = clock;
        this.wallClock = wallClock;
        this.keeper =
                new RecordKeeper(
                        config, folder, node, clock, wallClock, this::changes, RecordStore::open);
        folder.diedAt().ifPresent(at -> keeper.keep(crashed(folder, node, at)));
    }

    /// Calls may have begun in the second after the gateway was last seen.
    private Entry crashed(RecordFolder folder, String node, Instant at) {
        Instant lastBegun = at.plusSeconds(1);
        Instant now = wallClock.instant();
        return new Entry.Crashed(
                folder.diedAs().orElse(node),
                Times.text(at),
                Times.text(now.isAfter(lastBegun) ? now : lastBegun),
                folder.instance().orElse(null));
    }

    /// Opens the folder and starts. Calls that a gateway of this folder left open are ended first.
    ///
    /// @throws IOException when the folder cannot be used
    public static CallRecorder start(
            RecordsConfig config, String node, NanoClock clock, Clock wallClock)
            throws IOException {
        CallRecorder recorder =
                new CallRecorder(
                        config, RecordFolder.open(config.folder(), node), node, clock, wallClock);
        recorder.keeper.start();
        return recorder;
    }

    /// The dialogs that were open when the gateway that ran here before died; none when it ended as
    /// it should.
    public List<String> leftDialogs() {
        return leftDialogs;
    }

    /// For how long records stay from now on; empty: for good. Any thread.
    public void keepFor(Optional<Duration> time) {
        keeper.keepFor(time);
    }

    /// All rooms run: keeps the dialogs of this gateway, as they are every second, for the one that
    /// follows. Before that what the gateway before it left stays as it is.
    ///
    /// @param dialogs those that live, in words that mean something to whoever ends them
    public void keepDialogs(Supplier<List<String>> dialogs) {
        keeper.keepDialogs(dialogs);
    }

    /// Waits until all that was told is on the disk, and the database was tried once more. Calls
    /// that did not end by now are ended by the next start.
    public void stop() throws InterruptedException {
        keeper.stop(!open.isEmpty());
    }

    /// How it stands with the records. Any thread.
    public RecordFigures figures() {
        return keeper.figures();
    }

    @Override
    public void began(CallId id, Supplier<CallSnapshot> now) {
        CallSnapshot snapshot = now.get();
        Instant startedAt = wallClock.instant();
        open.put(id, new Open(startedAt, now, snapshot));
        keeper.expectCalls();
        keeper.keep(new Entry.Seen(writer.living(snapshot, startedAt)));
    }

    @Override
    public void ended(CallId id, CallEnd end) {
        Open ended = open.remove(id);
        if (ended != null) {
            keeper.keep(new Entry.Seen(writer.ended(end, ended.startedAt())));
        }
    }

    @Override
    public void refused(String source, Supplier<TurnedAway> call) {
        refusals.spend(source, clock.nanoTime())
                .ifPresent(leftOut ->
                        keeper.keep(
                                new Entry.Seen(
                                        writer.turnedAway(
                                                call.get(), wallClock.instant(), leftOut))));
    }

    /// What is to be said of a call that is over, after its end was told. Any thread.
    ///
    /// @param level `good`, `fair`, `bad`, `failed` or `unknown`
    /// @param text a line for people
    public void judged(CallId id, String level, String text) {
        keeper.keep(new Entry.Judged(id.value(), level, text));
    }

    @Override
    public void noted(CallId call, String agent, String text) {
        say(call, Entry.About.NOTES, agent, text.isEmpty() ? null : text);
    }

    @Override
    public void heard(LegId leg, BrowserView last) {
        String index = Integer.toString(leg.index());
        say(leg.call(), Entry.About.PAGES, index, RecordWriter.page(last));
    }

    private void say(CallId call, Entry.About about, String key, @Nullable Object value) {
        keeper.keep(new Entry.Said(call.value(), about, Collections.singletonMap(key, value)));
    }

    /// An answer is recorded at once: who pays for a call pays from then on, even if this gateway
    /// dies before the second is over.
    @Override
    public void happened(CallId id, CallEvent event, long atNanos) {
        if (event instanceof CallEvent.Talking) {
            keeper.keepSoon(() -> change(id));
        }
    }

    /// What is new of calls that live. On the keeper's thread.
    private List<Entry> changes() {
        return List.copyOf(open.keySet()).stream().flatMap(id -> change(id).stream()).toList();
    }

    /// The same of one call; empty when nothing is, or it is over. On the keeper's thread.
    private List<Entry> change(CallId id) {
        List<Entry> changes = new ArrayList<>();
        open.computeIfPresent(
                id,
                (_, was) -> {
                    CallSnapshot now = was.now().get();
                    if (was.isLike(now)) {
                        return was;
                    }
                    changes.add(new Entry.Seen(writer.living(now, was.startedAt())));
                    return new Open(was.startedAt(), was.now(), now);
                });
        return changes;
    }

    /// A call that lives, and as what it was recorded last.
    private record Open(Instant startedAt, Supplier<CallSnapshot> now, CallSnapshot recorded) {

        /// Whether its record says all of it.
        boolean isLike(CallSnapshot call) {
            return call.state().equals(recorded.state())
                    && call.agent().equals(recorded.agent())
                    && call.ringingNanos().equals(recorded.ringingNanos())
                    && call.answeredNanos().equals(recorded.answeredNanos());
        }
    }
}
