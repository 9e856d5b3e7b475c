package offhook.doctor;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import offhook.call.CallDirection;
import offhook.call.CallEnd;
import offhook.call.CallEvent;
import offhook.call.CallSnapshot;
import offhook.call.LegId;
import offhook.call.LegQuality;

/// What is known of one call. Owned by the doctor.
final class CallChart {

    private final Supplier<CallSnapshot> call;
    private final Moments moments;
    private final Cast cast;
    private final TimeLine timeLine;
    private final SortedMap<Integer, LegPlots> plots = new TreeMap<>();
    private final Steps steps;

    private Optional<CallDirection> direction = Optional.empty();
    private OptionalLong answeredNanos = OptionalLong.empty();
    private Optional<CallEnd> end = Optional.empty();

    CallChart(Supplier<CallSnapshot> call, Moments moments) {
        this.call = call;
        this.moments = moments;
        CallSnapshot first = call.get();
        this.cast = new Cast(first);
        this.timeLine = new TimeLine(cast);
        this.steps =
                new Steps(moments.beganNanos(), () -> plots.values().forEach(LegPlots::coarsen));
        timeLine.add(moments.beganNanos(), arrived(first));
    }

    private String arrived(CallSnapshot first) {
        return "arrived from "
                + (cast.person(0).equals("the caller") ? "trunk " + first.source() : cast.person(0))
                + " for "
                + (first.called().number().isEmpty() ? "nobody" : first.called().number());
    }

    void happened(CallEvent event, long atNanos) {
        switch (event) {
            case CallEvent.Routed(CallDirection known) -> direction = Optional.of(known);
            case CallEvent.MediaOpened(LegId leg, String kind) -> {
                cast.opened(leg.index(), kind);
                plots.putIfAbsent(leg.index(), new LegPlots());
            }
            case CallEvent.Calling calling -> cast.called(calling.leg().index(), calling.target());
            case CallEvent.Replacing replacing ->
                    cast.replaced(
                            replacing.old().index(),
                            replacing.arriving().index(),
                            replacing.by().number());
            case CallEvent.Talking(LegId one, LegId other) -> {
                cast.talking(one.index(), other.index());
                answeredNanos = answeredNanos.isEmpty() ? OptionalLong.of(atNanos) : answeredNanos;
            }
            default -> {
                // For the time line only.
            }
        }
        timeLine.add(event, atNanos);
    }

    /// Another second of the call.
    void onSecond(Function<LegId, Optional<LegQuality>> quality, long nowNanos) {
        CallSnapshot now = call.get();
        int step = steps.of(nowNanos);
        plots.forEach((leg, plot) ->
                quality.apply(new LegId(now.id(), leg))
                        .ifPresent(heard -> plot.note(step, heard, heard.inbound().lossPercent())));
    }

    void ended(CallEnd how) {
        end = Optional.of(how);
        timeLine.add(
                how.endedNanos(),
                "ended by the "
                        + CallStory.lower(how.cause().by())
                        + ": "
                        + (how.cause().reason().equals("hang-up")
                                ? "hang-up"
                                : Words.of(how.cause())));
    }

    /// The story so far.
    CallStory story() {
        CallSnapshot now = end.map(CallEnd::last).orElseGet(call);
        List<Finding> findings = List.of();
        return new CallStory(
                now,
                direction,
                moments,
                answeredNanos,
                end,
                new CallVerdict(CallVerdict.Level.UNKNOWN, "not measured"),
                findings,
                timeLine,
                cast,
                steps,
                plots);
    }
}
