package offhook.web;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import offhook.call.BrowserView;
import offhook.call.CallRemarks;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.runtime.NanoClock;

/// How the calls of pages sound there, kept for as long as the page holds the call. Written by the
/// desk's owner, read by any thread.
final class PageViews {

    private final NanoClock clock;
    private final Map<LegId, Known> views = new ConcurrentHashMap<>();
    private volatile Function<LegId, Optional<LegQuality>> ours = _ -> Optional.empty();

    private Optional<CallRemarks> remarks = Optional.empty();

    PageViews(NanoClock clock) {
        this.clock = clock;
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
        views.put(
                leg,
                new Known(said.figures(), before.warnings(), before.warned(), clock.nanoTime()));
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
        views.put(
                leg,
                new Known(
                        before.figures(),
                        warnings,
                        before.warned() + (raised ? 1 : 0),
                        clock.nanoTime()));
    }

    /// Who is told how a leg sounded when it is over. Before the first socket.
    void tellBy(CallRemarks told) {
        remarks = Optional.of(told);
    }

    /// The leg is over, and what the page said of it goes to those who keep it.
    void onOver(LegId leg) {
        Optional<BrowserView> last = of(leg);
        forget(leg);
        remarks.ifPresent(told -> last.ifPresent(view -> told.heard(leg, view)));
    }

    /// The leg is over, and no leg of a call.
    void forget(LegId leg) {
        views.remove(leg);
    }

    /// What the page said of the leg; empty before it said anything, and of legs of no page. Any
    /// thread.
    Optional<BrowserView> of(LegId leg) {
        return Optional.ofNullable(views.get(leg)).map(PageViews::shown);
    }

    private Known before(LegId leg) {
        return views.getOrDefault(
                leg, new Known(PageFigures.NONE, new LinkedHashSet<>(), 0, clock.nanoTime()));
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
