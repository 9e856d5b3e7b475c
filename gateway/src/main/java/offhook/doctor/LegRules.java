package offhook.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import offhook.call.LegQuality;
import offhook.doctor.Finding.Direction;
import offhook.doctor.Finding.Severity;

/// The rules of one leg: what its spells mean, in words. Pure.
final class LegRules {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final double CLEAN_PERCENT = 1;

    private final int leg;
    private final Cast cast;
    private final LegWatch watch;
    private final Function<Integer, Optional<LegWatch>> others;
    private final long talkFrom;
    private final long talkNanos;
    private final List<Finding> findings = new ArrayList<>();

    /// @param others the other legs of the call
    /// @param talkFrom since when people talk
    /// @param talkNanos for how long so far
    LegRules(
            int leg,
            Cast cast,
            LegWatch watch,
            Function<Integer, Optional<LegWatch>> others,
            long talkFrom,
            long talkNanos) {
        this.leg = leg;
        this.cast = cast;
        this.watch = watch;
        this.others = others;
        this.talkFrom = talkFrom;
        this.talkNanos = talkNanos;
    }

    List<Finding> apply() {
        losses();
        delays();
        packets();
        levels();
        return findings;
    }

    private void add(
            Rule rule, Severity severity, Direction direction, Spell.Found when, String text) {
        findings.add(
                new Finding(
                        rule,
                        severity,
                        OptionalInt.of(leg),
                        direction,
                        when.fromNanos(),
                        when.toNanos(),
                        text));
    }

    private void losses() {
        for (Spell.Found each : watch.lossIn.found()) {
            add(
                    Rule.LOSS_IN,
                    Limits.LOSS.severity(each.worst()),
                    Direction.IN,
                    each,
                    cast.listener(leg)
                            + " heard gaps: "
                            + cast.uplink(leg)
                            + " lost "
                            + percent(each.mean())
                            + onward());
        }
        for (Spell.Found each : watch.lateIn.found()) {
            add(
                    Rule.LATE_IN,
                    Limits.LOSS.severity(each.worst()),
                    Direction.IN,
                    each,
                    cast.listener(leg)
                            + " heard gaps: "
                            + percent(each.mean())
                            + " of the packets on "
                            + cast.uplink(leg)
                            + " came too late to be played");
        }
        for (Spell.Found each : watch.lossOut.found()) {
            add(
                    Rule.LOSS_OUT,
                    Limits.LOSS.severity(each.worst()),
                    Direction.OUT,
                    each,
                    cast.person(leg)
                            + " heard gaps: "
                            + cast.downlink(leg)
                            + " lost "
                            + percent(each.mean())
                            + ", as "
                            + cast.link(leg)
                            + " reports"
                            + before());
        }
    }

    /// How it went on behind us.
    private String onward() {
        OptionalInt partner = cast.partner(leg);
        if (partner.isEmpty()) {
            return "";
        }
        int to = partner.getAsInt();
        Optional<LegQuality> there = others.apply(to).flatMap(LegWatch::latest);
        double lost = there.map(q -> q.outbound().peerLossPercent()).orElse(Double.NaN);
        if (Double.isNaN(lost)) {
            return "; nobody reports how " + cast.downlink(to) + " was";
        }
        return lost < CLEAN_PERCENT
                ? "; " + cast.downlink(to) + " was clean"
                : "; " + cast.downlink(to) + " lost packets, too";
    }

    /// How it came to us.
    private String before() {
        OptionalInt partner = cast.partner(leg);
        if (partner.isEmpty()) {
            return "";
        }
        int from = partner.getAsInt();
        boolean clean = others.apply(from).map(each -> each.lossIn.found().isEmpty()).orElse(false);
        return clean ? "; " + cast.uplink(from) + " was clean" : "";
    }

    private void delays() {
        for (Spell.Found each : watch.jitterIn.found()) {
            add(
                    Rule.JITTER_IN,
                    Limits.JITTER.severity(each.mean()),
                    Direction.IN,
                    each,
                    "packets on "
                            + cast.uplink(leg)
                            + " came unevenly: jitter "
                            + millis(each.worst())
                            + ", a busy link or a bad wireless network");
        }
        for (Spell.Found each : watch.jitterOut.found()) {
            add(
                    Rule.JITTER_OUT,
                    Limits.JITTER.severity(each.mean()),
                    Direction.OUT,
                    each,
                    "packets on "
                            + cast.downlink(leg)
                            + " arrived unevenly: jitter "
                            + millis(each.worst())
                            + ", as "
                            + cast.link(leg)
                            + " reports");
        }
        for (Spell.Found each : watch.roundTrip.found()) {
            add(
                    Rule.ROUND_TRIP,
                    Limits.ROUND_TRIP.severity(each.mean()),
                    Direction.BOTH,
                    each,
                    "they talked over each other: "
                            + millis(each.worst())
                            + " to "
                            + cast.link(leg)
                            + " and back");
        }
        for (Spell.Found each : watch.delay.found()) {
            add(
                    Rule.DELAY,
                    Limits.DELAY.severity(each.mean()),
                    Direction.IN,
                    each,
                    cast.listener(leg)
                            + " heard "
                            + cast.person(leg)
                            + " late: "
                            + millis(each.worst())
                            + " in the jitter buffer");
        }
        for (Spell.Found each : watch.browserDelay.found()) {
            add(
                    Rule.DELAY,
                    Limits.DELAY.severity(each.mean()),
                    Direction.OUT,
                    each,
                    cast.person(leg)
                            + " heard late: "
                            + millis(each.worst())
                            + " in the browser's jitter buffer, as the page says");
        }
    }

    private void packets() {
        for (PacketWatch.Gap gap : watch.packets.gaps()) {
            Spell.Found when = new Spell.Found(gap.fromNanos(), gap.toNanos(), 0, 0);
            if (gap.first()) {
                neverCame(when);
            } else {
                stopped(gap, when);
            }
        }
        for (Spell.Found each : watch.muted.found()) {
            long nanos = each.toNanos() - each.fromNanos();
            add(
                    Rule.MUTED,
                    2 * nanos >= talkNanos ? Severity.BAD : Severity.FAIR,
                    Direction.IN,
                    each,
                    cast.listener(leg)
                            + " heard nothing of "
                            + cast.person(leg)
                            + ": packets came, with digital silence in them, from a muted or dead"
                            + " microphone"
                            + (cast.isTrunk(leg)
                                    ? ", or of a phone system that holds the call and does not say"
                                            + " so"
                                    : ""));
        }
    }

    private void neverCame(Spell.Found when) {
        String seconds = seconds(when);
        String stray =
                watch.latest()
                        .map(LegQuality::inbound)
                        .map(LegQuality.Inbound::strayFrom)
                        .orElse("");
        String offered = watch.named().map(LegWatch.Named::text).orElse("");
        boolean long_ = when.toNanos() - when.fromNanos() >= 6 * SECOND_NANOS;
        Severity severity = watch.packets.anyCame() && !long_ ? Severity.FAIR : Severity.BAD;
        String unheard =
                cast.listener(leg) + " did not hear " + cast.person(leg) + ": " + cast.link(leg);
        if (!stray.isEmpty()) {
            add(
                    Rule.WRONG_SOURCE,
                    severity,
                    Direction.IN,
                    when,
                    unheard
                            + " offered "
                            + offered
                            + ", but packets came from "
                            + stray
                            + " and were dropped: a NAT in between, or media from another server;"
                            + " see the trunk's setting 'media'");
        } else if (offered.isEmpty()) {
            add(
                    Rule.NO_MEDIA,
                    severity,
                    Direction.IN,
                    when,
                    unheard + " sent no packet in " + seconds);
        } else {
            add(
                    Rule.NO_MEDIA,
                    severity,
                    Direction.IN,
                    when,
                    unheard
                            + " offered "
                            + offered
                            + ", no packet came from it in "
                            + seconds
                            + ": a firewall, a NAT, or a wrong address in its SDP");
        }
    }

    private void stopped(PacketWatch.Gap gap, Spell.Found when) {
        long nanos = when.toNanos() - when.fromNanos();
        if (cast.isBrowser(leg)) {
            add(
                    Rule.PACKETS_STOPPED,
                    Severity.BAD,
                    Direction.IN,
                    when,
                    cast.listener(leg)
                            + " heard nothing of "
                            + cast.person(leg)
                            + ": no packet of the browser for "
                            + seconds(when)
                            + ", its network was gone or the machine slept");
        } else if (gap.certain()
                || (watch.packets.isSteady() && nanos >= PacketWatch.TRUNK_NANOS)) {
            add(
                    Rule.PACKETS_STOPPED,
                    gap.certain() ? Severity.BAD : Severity.FAIR,
                    Direction.IN,
                    when,
                    cast.listener(leg)
                            + " heard nothing of "
                            + cast.person(leg)
                            + ": the packets of "
                            + cast.link(leg)
                            + " stopped for "
                            + seconds(when)
                            + ", mostly a NAT or firewall that forgot the call");
        }
    }

    private void levels() {
        Optional<LegQuality.Speech> heard = watch.latest().map(LegQuality::speech);
        if (heard.isEmpty()) {
            return;
        }
        double clipped = heard.get().clippedShare();
        double level = heard.get().levelDbov();
        if (clipped >= Limits.CLIPPING.fair()) {
            whole(
                    Rule.CLIPPING,
                    Limits.CLIPPING.severity(clipped),
                    cast.person(leg)
                            + " sounded distorted: "
                            + percent(100 * clipped)
                            + " of the samples are clipped, turn the microphone or its boost down");
        } else if (level > Limits.LOUD_DBOV) {
            whole(
                    Rule.TOO_LOUD,
                    Severity.FAIR,
                    cast.person(leg)
                            + " was very loud: speech at "
                            + Math.round(level)
                            + " dBov, turn the microphone down");
        } else if (level < Limits.QUIET_DBOV && level > Limits.NO_SPEECH_DBOV) {
            whole(
                    Rule.TOO_QUIET,
                    Severity.FAIR,
                    cast.person(leg)
                            + " was hard to hear: speech at "
                            + Math.round(level)
                            + " dBov, turn the microphone up or bring it nearer");
        }
    }

    private void whole(Rule rule, Severity severity, String text) {
        add(
                rule,
                severity,
                Direction.IN,
                new Spell.Found(talkFrom, talkFrom + talkNanos, 0, 0),
                text);
    }

    private static String percent(double value) {
        return value < 9.95
                ? String.format(Locale.ROOT, "%.1f %%", value)
                : Math.round(value) + " %";
    }

    private static String millis(double value) {
        return Math.round(value) + " ms";
    }

    private static String seconds(Spell.Found when) {
        return Words.seconds(when.toNanos() - when.fromNanos());
    }
}
