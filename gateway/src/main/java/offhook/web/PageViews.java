package offhook.web;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import offhook.call.BrowserView;
import offhook.call.CallId;
import offhook.call.CallRemarks;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.runtime.Owner;

/// How the calls of pages sound there. What was said last stays until a while after the call is
/// over: whoever writes a record of it, or tells how it was, asks then, and of legs too that left
/// the call long before. Written by the desk's owner, read by any thread.
final class PageViews {

    /// How long after its end a call can still be asked about.
    static final Duration KEPT = Duration.ofSeconds(60);

    private final Owner owner;
    private final Map<CallId, Map<LegId, Known>> views = new ConcurrentHashMap<>();
    private volatile Function<LegId, Optional<LegQuality>> ours = _ -> Optional.empty();

    private Optional<CallRemarks> remarks = Optional.empty();

    PageViews(Owner owner) {
        this.owner = owner;
    }

    /// @param warnings that are up; never changed once it is here
    private record Known(
            PageFigures figures, SequencedSet<String> warnings, long warned, long atNanos) {}

    /// Where our own view of a leg is to be had, which pages are told in turn.
    void measuredBy(Function<LegId, Optional<LegQuality>> quality) {
        ours = quality;
    }

    /// A page measured its call: it is told what we measure.
    void onQuality(AgentSession page, LegId leg, ClientMessage.Quality said) {
        Known before = before(leg);
        put(leg, new Known(said.figures(), before.warnings(), before.warned(), nowNanos()));
        ours.apply(leg)
                .ifPresent(quality -> page.send(new ServerMessage.Quality(leg.call(), quality)));
    }

    /// A page warns of its call, or takes a warning back.
    void onWarning(LegId leg, ClientMessage.Warning said) {
        Known before = before(leg);
        SequencedSet<String> warnings = new LinkedHashSet<>(before.warnings());
        String warning = said.name() + " " + said.subject();
        boolean raised = said.up() && warnings.add(warning);
        if (!said.up()) {
            warnings.removeIf(up -> up.startsWith(said.name() + " "));
        }
        put(
                leg,
                new Known(
                        before.figures(),
                        warnings,
                        before.warned() + (raised ? 1 : 0),
                        nowNanos()));
    }

    /// Who is told how a leg sounded when it is over. Before the first socket.
    void tellBy(CallRemarks told) {
        remarks = Optional.of(told);
    }

    /// A leg is over: what its page said last goes to those who keep it.
    void onOver(LegId leg) {
        Optional<BrowserView> last = of(leg);
        remarks.ifPresent(told -> last.ifPresent(view -> told.heard(leg, view)));
    }

    /// A call is over. Any thread, after the call gave its legs back.
    void onCallOver(CallId call) {
        // Behind the end of its legs, after which no page says anything of them.
        boolean posted =
                owner.postEnding(() -> {
                    if (views.containsKey(call)) {
                        owner.schedule(KEPT.toNanos(), () -> forget(call));
                    }
                });
        if (!posted) {
            forget(call);
        }
    }

    /// Nobody asks about a call any more.
    void forget(CallId call) {
        views.remove(call);
    }

    /// What the page said of the leg; empty before it said anything, and of legs of no page. Any
    /// thread.
    Optional<BrowserView> of(LegId leg) {
        return Optional.ofNullable(views.getOrDefault(leg.call(), Map.of()).get(leg))
                .map(PageViews::shown);
    }

    private void put(LegId leg, Known known) {
        views.computeIfAbsent(leg.call(), _ -> new ConcurrentHashMap<>()).put(leg, known);
    }

    private Known before(LegId leg) {
        return views.getOrDefault(leg.call(), Map.of())
                .getOrDefault(
                        leg, new Known(PageFigures.NONE, new LinkedHashSet<>(), 0, nowNanos()));
    }

    private long nowNanos() {
        return owner.clock().nanoTime();
    }

    private static BrowserView shown(Known known) {
        PageFigures f = known.figures();
        return new BrowserView(
                f.codec(),
                f.candidate(),
                f.roundTripMillis(),
                f.jitterMillis(),
                f.lossPercent(),
                f.bufferMillis(),
                f.mos(),
                f.received(),
                f.lost(),
                f.sent(),
                f.farLost(),
                List.copyOf(known.warnings()),
                known.warned(),
                known.atNanos());
    }
}
