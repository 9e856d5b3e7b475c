package offhook.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import offhook.call.BrowserView;
import offhook.call.CallDirection;
import offhook.call.CallEnd;
import offhook.call.CallEvent;
import offhook.call.CallSnapshot;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.TransportFact;
import offhook.call.TurnedAway;
import offhook.doctor.Finding.Direction;
import offhook.doctor.Finding.Severity;

/// What is known of one call. Owned by the doctor.
final class CallChart {

    private static final long SECOND_NANOS = 1_000_000_000L;

    /// With fewer nothing is to be said of how a leg sounds.
    private static final long FEWEST_PACKETS = 50;

    /// In a talk as short as this nobody need have reported.
    private static final long BRIEF_NANOS = 10 * SECOND_NANOS;

    /// A call that lives is judged each time so many seconds have passed.
    private static final int JUDGED_EVERY = 3;

    /// What was wrong so long ago is wrong no more.
    private static final long FRESH_NANOS = 8 * SECOND_NANOS;

    /// A loop has no room when it was busy for as long, and has it again when it was not for as
    /// long.
    private static final long CPU_NOTICED_NANOS = 2 * SECOND_NANOS;

    /// A browser that is away is seen so much earlier or later by its packets.
    private static final long AWAY_SLACK_NANOS = 3 * SECOND_NANOS;

    /// Before the name of a site, in the source of a call that its page began.
    private static final String SITE = "guest:";

    /// The state of a call that never began.
    static final String TURNED_AWAY = "turned-away";

    private final Supplier<CallSnapshot> call;
    private final Moments moments;
    private final Cast cast;
    private final TimeLine timeLine;
    private final CallRules rules;
    private final SortedMap<Integer, LegWatch> legs = new TreeMap<>();
    private final SortedMap<Integer, TransportChart> transports = new TreeMap<>();
    private final Steps steps;
    private final Spell cpu = new Spell(1, 2 * SECOND_NANOS, 3 * SECOND_NANOS);
    private final Standstills standstills;

    private Optional<CallDirection> direction = Optional.empty();
    private OptionalLong answeredNanos = OptionalLong.empty();
    private Optional<CallEnd> end = Optional.empty();
    private long lastSecondNanos;
    private int seconds;

    /// @param trunks where each trunk takes requests now
    CallChart(
            Supplier<CallSnapshot> call,
            Moments moments,
            Function<String, List<TrunkPlace>> trunks) {
        this.call = call;
        this.moments = moments;
        CallSnapshot first = call.get();
        this.cast = new Cast(first);
        this.timeLine = new TimeLine(cast);
        this.rules = new CallRules(cast, () -> new Attempts(moments, trunks));
        this.lastSecondNanos = moments.beganNanos();
        this.standstills = new Standstills(moments.beganNanos());
        this.steps =
                new Steps(
                        moments.beganNanos(),
                        () -> legs.values().forEach(leg -> leg.plots.coarsen()));
        timeLine.add(moments.beganNanos(), arrived(first));
    }

    /// What is to be told of a call that was turned away.
    ///
    /// @param leftOut how many of its source were turned away untold before it
    static CallStory of(TurnedAway call, long leftOut, Moments moments) {
        long at = moments.beganNanos();
        CallSnapshot last =
                new CallSnapshot(
                        call.id(),
                        call.direction(),
                        call.source(),
                        "",
                        call.caller(),
                        call.called(),
                        call.details().placedBy().orElse(""),
                        TURNED_AWAY,
                        at,
                        at,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        List.of(),
                        call.details());
        CallChart chart = new CallChart(() -> last, moments, _ -> List.of());
        chart.direction = Optional.of(call.direction());
        chart.rules.turnedAway(call.cause(), leftOut, at);
        chart.timeLine.add(at, "turned away: " + Words.of(call.cause()));
        chart.end =
                Optional.of(
                        new CallEnd(
                                last,
                                call.direction(),
                                call.cause(),
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                at,
                                List.of()));
        return chart.story(at);
    }

    private String arrived(CallSnapshot first) {
        return "arrived from "
                + (first.source().startsWith(SITE)
                        ? "a visitor of " + first.source().substring(SITE.length())
                        : cast.person(0).equals("the caller")
                                ? "trunk " + first.source()
                                : cast.person(0))
                + " for "
                + (first.called().number().isEmpty() ? "nobody" : first.called().number());
    }

    void happened(CallEvent event, long atNanos) {
        switch (event) {
            case CallEvent.Routed(CallDirection known) -> direction = Optional.of(known);
            case CallEvent.MediaOpened(LegId leg, String kind) -> {
                cast.opened(leg.index(), kind);
                legs.putIfAbsent(leg.index(), new LegWatch(atNanos));
            }
            case CallEvent.Described described -> {
                LegWatch leg = legs.get(described.leg().index());
                if (leg != null) {
                    leg.named(
                            new LegWatch.Named(
                                    described.address(), described.port(), described.sends()));
                }
            }
            case CallEvent.Away(LegId leg, boolean on, _) -> {
                LegWatch watch = legs.get(leg.index());
                if (watch != null) {
                    watch.away(on);
                }
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
                // For the time line and the rules only.
            }
        }
        rules.happened(event, atNanos);
        timeLine.add(event, atNanos);
    }

    /// How a leg's media finds its way.
    void noted(int leg, TransportFact fact, long atNanos) {
        transports
                .computeIfAbsent(leg, _ -> new TransportChart())
                .note(fact, atNanos, cast.link(leg))
                .ifPresent(text -> timeLine.add(atNanos, leg, text));
    }

    /// Another second of the call.
    void onSecond(CallDoctor.Senses senses, long nowNanos) {
        CallSnapshot now = call.get();
        int step = steps.of(nowNanos);
        long from = lastSecondNanos;
        lastSecondNanos = nowNanos;
        cpu.note(
                senses.hasRoom().test(now.id()) ? 0 : 1,
                Math.max(from - CPU_NOTICED_NANOS, moments.beganNanos()),
                nowNanos - CPU_NOTICED_NANOS);
        legs.forEach((index, watch) -> {
            LegId leg = new LegId(now.id(), index);
            Optional<LegQuality> heard = senses.quality().apply(leg);
            Optional<BrowserView> browser = senses.browser().apply(leg);
            TransportChart transport = transports.get(index);
            if (transport != null) {
                browser.flatMap(view -> transport.saidByBrowser(view.candidate(), cast.link(index)))
                        .ifPresent(text -> timeLine.add(nowNanos, index, text));
            }
            if (heard.isPresent()) {
                if (watch.begins(heard.get())) {
                    timeLine.add(
                            nowNanos, index, "the first audio of " + cast.link(index) + " is here");
                }
                watch.onSecond(
                        step,
                        heard.get(),
                        browser,
                        cast.partner(index).isPresent(),
                        from,
                        nowNanos);
            }
        });
        // After the figures: those that it spoiled are not without it.
        noteStandstills(senses);
    }

    /// When the gateway stood still lately.
    void noteStandstills(CallDoctor.Senses senses) {
        standstills.note(senses.standstills().apply(call.get().id()));
    }

    void ended(CallEnd how) {
        end = Optional.of(how);
        boolean answered = how.answeredNanos().isPresent();
        rules.ended(how.cause(), answered, moments.beganNanos(), how.endedNanos());
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
    CallStory story(long nowNanos) {
        long until = end.map(CallEnd::endedNanos).orElse(nowNanos);
        long from = answeredNanos.orElse(until);
        long talkNanos = until - from;
        List<Finding> findings = findings(from, talkNanos, until);
        CallVerdict verdict =
                Judge.of(findings, moments, talkNanos, unmeasured(talkNanos), unreported());
        return new CallStory(
                end.map(CallEnd::last).orElseGet(call),
                direction,
                moments,
                answeredNanos,
                end,
                verdict,
                findings,
                timeLine,
                cast,
                steps,
                legs,
                transports);
    }

    /// Whether enough seconds have passed since the last time.
    boolean isTimeToJudge() {
        return ++seconds % JUDGED_EVERY == 0;
    }

    /// What is wrong now, in words; what was wrong and is over is not told.
    Optional<String> trouble(long nowNanos) {
        long from = answeredNanos.orElse(nowNanos);
        return findings(from, nowNanos - from, nowNanos).stream()
                .filter(each -> each.severity() != Severity.INFO)
                .filter(each -> nowNanos - each.toNanos() <= FRESH_NANOS)
                .map(Finding::text)
                .findFirst();
    }

    private List<Finding> findings(long talkFrom, long talkNanos, long until) {
        List<Finding> findings = new ArrayList<>(rules.findings(until));
        legs.forEach((index, watch) ->
                findings.addAll(
                        new LegRules(
                                        index,
                                        cast,
                                        watch,
                                        other -> Optional.ofNullable(legs.get(other)),
                                        talkFrom,
                                        talkNanos)
                                .apply()));
        for (Spell.Found each : cpu.found()) {
            findings.add(
                    new Finding(
                            Rule.CPU,
                            Severity.FAIR,
                            OptionalInt.empty(),
                            Direction.BOTH,
                            each.fromNanos(),
                            each.toNanos(),
                            "the gateway's CPU was fully used: audio may have stuttered both ways"));
        }
        findings.removeIf(each -> standstills.explain(each) || isOfAbsence(each, findings));
        findings.addAll(standstills.found(talkFrom));
        findings.sort(Judge.WORST_FIRST);
        return findings;
    }

    /// Whether a finding says once more that a browser was away.
    private static boolean isOfAbsence(Finding finding, List<Finding> all) {
        return finding.rule() == Rule.PACKETS_STOPPED
                && all.stream()
                        .filter(each -> each.rule() == Rule.AWAY)
                        .filter(each -> each.leg().equals(finding.leg()))
                        .anyMatch(away ->
                                finding.fromNanos() - away.fromNanos() >= -AWAY_SLACK_NANOS
                                        && away.toNanos() - finding.toNanos() >= -AWAY_SLACK_NANOS);
    }

    /// Why nobody can say how it was; empty: enough was measured.
    private String unmeasured(long talkNanos) {
        if (isMeasured()) {
            return "";
        }
        if (answeredNanos.isEmpty()) {
            return "nobody has talked yet";
        }
        // Peers report every few seconds: of one that had no time to, it is not worth saying.
        boolean brief = talkNanos < BRIEF_NANOS;
        String unreported = brief ? "" : unreported();
        return "too little was measured to say"
                + (brief ? ": people talked for " + Words.lasting(talkNanos) : "")
                + (unreported.isEmpty() ? "" : "; " + unreported);
    }

    private boolean isMeasured() {
        return legs.entrySet().stream()
                        .filter(leg -> cast.hasTalked(leg.getKey()))
                        .filter(leg ->
                                leg.getValue()
                                        .latest()
                                        .filter(q -> q.inbound().packets() >= FEWEST_PACKETS)
                                        .isPresent())
                        .count()
                >= 2;
    }

    /// Which peers never told how they heard us, of those who talked.
    private String unreported() {
        List<String> silent =
                legs.entrySet().stream()
                        .filter(leg -> cast.hasTalked(leg.getKey()))
                        .filter(leg ->
                                leg.getValue()
                                        .latest()
                                        .filter(q -> Double.isNaN(q.outbound().peerLossPercent()))
                                        .isPresent())
                        .map(leg -> cast.link(leg.getKey()))
                        .toList();
        return silent.isEmpty()
                ? ""
                : String.join(" and ", silent)
                        + " did not report how "
                        + (silent.size() == 1 ? "it" : "they")
                        + " heard us";
    }
}
