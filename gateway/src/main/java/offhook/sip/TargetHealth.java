package offhook.sip;

import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import offhook.config.TrunkReach.Ping;
import offhook.runtime.NanoClock;

/// Whether one target of a trunk is believed to take calls. Any thread; all of it is one immutable
/// record that is exchanged whole.
///
/// ```text
///            an INVITE unheard, or `fails` probes                 `goods` probes, or without
///   up, new -------------------------------------> down          probes an INVITE answered
///      ^------------------------------------------- |
///   503 with Retry-After: avoided for that time, whatever probes say (RFC 3261 §21.5.4)
/// ```
final class TargetHealth {

    /// Nobody may close a target for longer than this.
    static final int MAX_RETRY_AFTER_SECONDS = 3600;

    /// A target that is down and not probed is given a call that often, to see whether it is back.
    static final long TRIAL_NANOS = TimeUnit.SECONDS.toNanos(30);

    /// When no other is left, one that is down is given a call at most that often.
    static final long LAST_RESORT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// What is known of it.
    enum Word {
        /// Nothing was heard yet.
        NEW,
        UP,
        DOWN
    }

    /// @param avoidedUntilNanos means something while `avoided` says so
    /// @param lastError why it last was not to be had; empty: it always was
    /// @param since of the word
    private record State(
            Word word,
            int misses,
            int goods,
            boolean avoided,
            long avoidedUntilNanos,
            long lastTrialNanos,
            String lastError,
            Instant since) {}

    private final Optional<Ping> ping;
    private final NanoClock clock;
    private final Clock wallClock;
    private final AtomicReference<State> state;

    TargetHealth(Optional<Ping> ping, NanoClock clock, Clock wallClock) {
        this.ping = ping;
        this.clock = clock;
        this.wallClock = wallClock;
        this.state =
                new AtomicReference<>(
                        new State(
                                Word.NEW,
                                0,
                                0,
                                false,
                                0,
                                clock.nanoTime() - TRIAL_NANOS,
                                "",
                                wallClock.instant()));
    }

    /// A probe was answered.
    void onGood() {
        change(s -> {
            int goods = s.goods() + 1;
            boolean back = s.word() != Word.DOWN || goods >= ping.map(Ping::goods).orElse(1);
            return heard(s, back ? Word.UP : Word.DOWN, goods);
        });
    }

    /// A probe was not answered, or by 503.
    void onMiss(String why) {
        change(s -> {
            int misses = s.misses() + 1;
            boolean lost = s.word() == Word.DOWN || misses >= ping.map(Ping::fails).orElse(1);
            return missed(s, lost ? Word.DOWN : s.word(), misses, why);
        });
    }

    /// An INVITE was answered, whatever by.
    void onAnswered() {
        change(s -> {
            boolean back = s.word() != Word.DOWN || ping.isEmpty();
            return back ? heard(s, Word.UP, s.goods()) : s;
        });
    }

    /// An INVITE was not heard, or could not be sent.
    void onUnheard(String why) {
        change(s -> missed(s, Word.DOWN, s.misses() + 1, why));
    }

    /// It wants to be left alone for a while.
    void onRetryAfter(int seconds, String why) {
        long until =
                clock.nanoTime()
                        + TimeUnit.SECONDS.toNanos(Math.min(seconds, MAX_RETRY_AFTER_SECONDS));
        change(s ->
                new State(
                        s.word(),
                        s.misses(),
                        s.goods(),
                        true,
                        until,
                        s.lastTrialNanos(),
                        why,
                        s.since()));
    }

    /// Whether calls go there as a matter of course.
    boolean isUsable() {
        State now = state.get();
        return now.word() != Word.DOWN && !isAvoided(now);
    }

    /// Whether one call may find out whether it is back, others being there too.
    boolean takesTrial() {
        return ping.isEmpty() && !isAvoided(state.get()) && tries(TRIAL_NANOS);
    }

    /// Whether a call may go there because no other target is left.
    boolean takesLastResort() {
        return !isAvoided(state.get()) && tries(LAST_RESORT_NANOS);
    }

    private boolean tries(long atMostEveryNanos) {
        long nowNanos = clock.nanoTime();
        State now = state.get();
        return nowNanos - now.lastTrialNanos() >= atMostEveryNanos
                && state.compareAndSet(now, tried(now, nowNanos));
    }

    private boolean isAvoided(State now) {
        return now.avoided() && clock.nanoTime() - now.avoidedUntilNanos() < 0;
    }

    /// `new`, `up`, `down` or `avoided`.
    String word() {
        State now = state.get();
        return isAvoided(now) ? "avoided" : now.word().name().toLowerCase(Locale.ROOT);
    }

    String lastError() {
        return state.get().lastError();
    }

    /// Since when it is up or down.
    Instant since() {
        return state.get().since();
    }

    private void change(UnaryOperator<State> how) {
        state.updateAndGet(how);
    }

    private State heard(State s, Word word, int goods) {
        return new State(
                word,
                0,
                goods,
                s.avoided(),
                s.avoidedUntilNanos(),
                s.lastTrialNanos(),
                s.lastError(),
                since(s, word));
    }

    private State missed(State s, Word word, int misses, String why) {
        return new State(
                word,
                misses,
                0,
                s.avoided(),
                s.avoidedUntilNanos(),
                word == Word.DOWN && s.word() != Word.DOWN ? clock.nanoTime() : s.lastTrialNanos(),
                why,
                since(s, word));
    }

    private static State tried(State s, long nowNanos) {
        return new State(
                s.word(),
                s.misses(),
                s.goods(),
                s.avoided(),
                s.avoidedUntilNanos(),
                nowNanos,
                s.lastError(),
                s.since());
    }

    private Instant since(State s, Word word) {
        return word == s.word() ? s.since() : wallClock.instant();
    }
}
