package offhook.doctor;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import offhook.call.BrowserView;
import offhook.call.CallEnd;
import offhook.call.CallEvent;
import offhook.call.CallId;
import offhook.call.CallObserver;
import offhook.call.CallSnapshot;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.TransportFact;
import offhook.call.TransportObserver;
import offhook.call.TurnAwayBudget;
import offhook.call.TurnedAway;
import offhook.config.DoctorConfig;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.runtime.Standstill;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Watches all calls and tells the story of each. Calls tell it what happens on their own threads,
/// which only hand it over; everything else belongs to the owner `doctor`.
public final class CallDoctor implements CallObserver, TransportObserver {

    private static final Logger LOG = LogManager.getLogger(CallDoctor.class);
    private static final int MAILBOX_SLOTS = 8192;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long PATIENCE_MILLIS = 5000;

    /// Calls of one source that are turned away at once and have a story.
    private static final int MOST_REFUSED_AT_ONCE = 10;

    private final Owner owner;
    private final Senses senses;
    private final InstantSource wallClock;
    private final Map<CallId, CallChart> living = new LinkedHashMap<>();
    private final Archive archive = new Archive();
    private final Archive turnedAway = new Archive();
    private final TurnAwayBudget refusals = new TurnAwayBudget(MOST_REFUSED_AT_ONCE);
    private long stories;

    /// How much is to be remembered. Exchanged by whoever reads the configuration, taken up by the
    /// owner within a second.
    private volatile DoctorConfig wanted;

    /// What is wrong with calls that live. Written by the owner, read by any thread.
    private final Map<CallId, String> troubles = new ConcurrentHashMap<>();

    private final List<Judged> told = new CopyOnWriteArrayList<>();

    /// Events that found the mailbox full. Any thread.
    private final AtomicLong missed = new AtomicLong();

    /// What it sees calls by.
    ///
    /// @param quality how a leg sounds now; asked by the doctor's thread
    /// @param browser how it sounds in the browser that has it, as that says
    /// @param hasRoom whether the loop that carries a call has CPU to spare
    /// @param standstills when that loop stood still, the last times, the oldest first
    /// @param trunks where a trunk of that name takes requests, and how it stands there now
    public record Senses(
            Function<LegId, Optional<LegQuality>> quality,
            Function<LegId, Optional<BrowserView>> browser,
            Predicate<CallId> hasRoom,
            Function<CallId, List<Standstill>> standstills,
            Function<String, List<TrunkPlace>> trunks) {}

    /// Is told the verdict on each call that is over, on the doctor's thread, after whoever
    /// observes calls and was there first knows of its end.
    @FunctionalInterface
    public interface Judged {

        /// A call is over, and this is to be said of it.
        void judged(CallId id, CallVerdict verdict);
    }

    /// Whom to tell of verdicts from now on.
    public void tell(Judged listener) {
        told.add(listener);
    }

    /// @param owner whose thread it is
    CallDoctor(DoctorConfig config, Senses senses, Owner owner, InstantSource wallClock) {
        this.owner = owner;
        this.senses = senses;
        this.wallClock = wallClock;
        this.wanted = config;
        fit(config);
    }

    private void fit(DoctorConfig config) {
        archive.fitCalls(config);
        turnedAway.fitTurnedAway(config);
    }

    /// Remembers as much from now on; what is over it is forgotten, the oldest first. Any thread.
    public void reconfigured(DoctorConfig config) {
        wanted = config;
    }

    /// Starts one that looks at calls once a second.
    public static CallDoctor start(
            DoctorConfig config, Senses senses, NanoClock clock, InstantSource wallClock) {
        Owner owner =
                new Owner(
                        "doctor",
                        clock,
                        MAILBOX_SLOTS,
                        defect -> LOG.error("a defect in the call doctor", defect));
        CallDoctor doctor = new CallDoctor(config, senses, owner, wallClock);
        owner.start();
        owner.post(doctor::everySecond);
        return doctor;
    }

    /// Ends when all that was told is told on.
    public void stop() {
        try {
            ask(() -> true);
        } catch (IllegalStateException e) {
            LOG.warn("the last calls have no verdict", e);
        }
        owner.stop();
    }

    private void everySecond() {
        owner.schedule(SECOND_NANOS, this::everySecond);
        look();
    }

    /// Another second of all calls. On the owner.
    void look() {
        fit(wanted);
        lookAtCalls(owner.clock().nanoTime());
    }

    private void lookAtCalls(long now) {
        living.forEach((id, chart) -> {
            chart.onSecond(senses, now);
            if (chart.isTimeToJudge()) {
                chart.trouble(now)
                        .ifPresentOrElse(text -> troubles.put(id, text), () -> troubles.remove(id));
            }
        });
    }

    @Override
    public void began(CallId id, Supplier<CallSnapshot> now) {
        Moments moments = new Moments(wallClock.instant(), now.get().startedNanos());
        post(() -> living.put(id, new CallChart(now, moments, senses.trunks())));
    }

    @Override
    public void happened(CallId id, CallEvent event, long atNanos) {
        post(() -> {
            CallChart chart = living.get(id);
            if (chart != null) {
                chart.happened(event, atNanos);
            }
        });
    }

    @Override
    public void noted(LegId leg, TransportFact fact, long atNanos) {
        post(() -> {
            CallChart chart = living.get(leg.call());
            if (chart != null) {
                chart.noted(leg.index(), fact, atNanos);
            }
        });
    }

    @Override
    public void ended(CallId id, CallEnd end) {
        if (!owner.postEnding(() -> close(id, end))) {
            missed.incrementAndGet();
        }
    }

    private void post(Runnable what) {
        if (!owner.post(what)) {
            missed.incrementAndGet();
        }
    }

    private void close(CallId id, CallEnd end) {
        CallChart chart = living.remove(id);
        troubles.remove(id);
        if (chart != null) {
            chart.noteStandstills(senses);
            chart.ended(end);
            CallStory story = chart.story(owner.clock().nanoTime());
            told.forEach(each -> each.judged(id, story.verdict()));
            archive.keep(id, Told.of(++stories, story));
        }
    }

    @Override
    public void refused(String source, Supplier<TurnedAway> call) {
        refusals.spend(source, owner.clock().nanoTime())
                .ifPresent(leftOut -> refused(call.get(), leftOut));
    }

    /// @param leftOut how many of its source had no story since one had
    void refused(TurnedAway call, long leftOut) {
        Moments moments = new Moments(wallClock.instant(), owner.clock().nanoTime());
        post(() -> {
            CallStory story = CallChart.of(call, leftOut, moments);
            turnedAway.keep(call.id(), Told.of(++stories, story));
        });
    }

    /// What calls told that found no room in the mailbox, so that stories lack it. Any thread.
    public long missed() {
        return missed.get();
    }

    /// What is wrong with a call that lives, as of the last seconds, in words; empty: nothing that
    /// is known. Any thread; never waits.
    public Optional<String> trouble(CallId id) {
        return Optional.ofNullable(troubles.get(id));
    }

    /// The story of a call that lives, was one of the last, or was turned away lately, as JSON;
    /// empty: no such call is known. Any thread but the owner.
    public Optional<String> story(CallId id) {
        return ask(() -> {
            CallChart chart = living.get(id);
            return chart != null
                    ? Optional.of(chart.story(owner.clock().nanoTime()).full().toString())
                    : archive.find(id).or(() -> turnedAway.find(id)).map(Told::full);
        });
    }

    /// The last calls that are over, the latest first, as a JSON array; of each what it was and its
    /// verdict. Any thread but the owner.
    public String last(int most) {
        List<Told> calls = ask(() -> Archive.last(Math.max(0, most), archive, turnedAway));
        StringBuilder array = new StringBuilder("[");
        for (Told each : calls) {
            array.append(array.length() == 1 ? "" : ",").append(each.head());
        }
        return array.append(']').toString();
    }

    private <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (!owner.post(() -> answer.complete(question.get()))) {
            throw new IllegalStateException("the call doctor has too much to do");
        }
        try {
            return answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the call doctor does not answer", e);
        }
    }
}
