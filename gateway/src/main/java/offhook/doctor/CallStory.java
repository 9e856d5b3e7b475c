package offhook.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import offhook.call.CallDirection;
import offhook.call.CallEnd;
import offhook.call.CallSnapshot;
import offhook.call.EndCause;
import offhook.call.MediaSummary;
import org.jspecify.annotations.Nullable;

/// A call as the doctor tells it, to be written as JSON at once: what it is made of goes on with
/// the call.
record CallStory(
        CallSnapshot call,
        Optional<CallDirection> direction,
        Moments moments,
        OptionalLong answeredNanos,
        Optional<CallEnd> end,
        CallVerdict verdict,
        List<Finding> findings,
        TimeLine timeLine,
        Cast cast,
        Steps steps,
        SortedMap<Integer, LegWatch> watches,
        SortedMap<Integer, TransportChart> transports) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final long SECOND_NANOS = 1_000_000_000L;

    /// The whole of it.
    ObjectNode full() {
        ObjectNode story = head();
        ArrayNode found = story.putArray("findings");
        findings.forEach(each -> write(found.addObject(), each));
        ArrayNode events = story.putArray("events");
        for (Happening each : timeLine.happenings()) {
            ObjectNode event = events.addObject().put("at", moments.full(each.atNanos()));
            put(event, "leg", each.leg());
            event.put("text", each.text());
        }
        story.put("events-dropped", timeLine.dropped());
        ArrayNode ways = story.putArray("transports");
        transports.forEach((index, chart) -> {
            ObjectNode way = ways.addObject().put("leg", index).put("who", cast.person(index));
            chart.write(way, moments);
        });
        ObjectNode series = story.putObject("series").put("step-seconds", steps.seconds());
        ArrayNode legs = series.putArray("legs");
        watches.forEach((index, watch) -> {
            ObjectNode leg = legs.addObject().put("leg", index);
            leg.put("kind", cast.kind(index)).put("who", cast.person(index));
            watch.plots.write(leg, steps.count());
            leg.set("whole-call", whole(index));
        });
        return story;
    }

    /// How a leg sounded altogether, as its record has it; null while nobody can say.
    private @Nullable ObjectNode whole(int leg) {
        return end.stream()
                .flatMap(over -> over.legs().stream())
                .filter(each -> each.leg().id().index() == leg)
                .map(each -> whole(each.media()))
                .findFirst()
                .orElse(null);
    }

    private static ObjectNode whole(MediaSummary media) {
        return JSON.objectNode()
                .put("mos", known(media.mos()))
                .put("peer-mos", known(media.peerMos()))
                .put("round-trip-ms", known(media.roundTripMillis()));
    }

    private static @Nullable Double known(double figure) {
        return Double.isNaN(figure) ? null : figure;
    }

    /// What a list of calls shows.
    ObjectNode head() {
        ObjectNode story = JSON.objectNode();
        story.put("id", call.id().value());
        story.put("direction", direction.map(CallStory::lower).orElse(null));
        story.put("from", call.caller().number());
        story.put("from-name", call.caller().displayName());
        story.put("withheld", call.details().withheld());
        story.put("to", call.called().number());
        story.put("trunk", call.source());
        story.put("out-trunk", call.outTrunk());
        story.put("agent", call.agent());
        boolean ended = end.isPresent() && !call.state().equals(CallChart.TURNED_AWAY);
        story.put("state", ended ? "ended" : call.state());
        story.put("began", moments.full(moments.beganNanos()));
        story.put("answered", time(answeredNanos));
        story.put("ended", end.map(over -> moments.full(over.endedNanos())).orElse(null));
        story.put("talk-seconds", talkSeconds());
        story.set("cause", end.map(over -> cause(over.cause())).orElse(null));
        story.putObject("verdict").put("level", verdict.level().key()).put("text", verdict.text());
        return story;
    }

    private @Nullable String time(OptionalLong nanos) {
        return nanos.isPresent() ? moments.full(nanos.getAsLong()) : null;
    }

    private @Nullable Long talkSeconds() {
        return end.isPresent() && answeredNanos.isPresent()
                ? (end.get().endedNanos() - answeredNanos.getAsLong()) / SECOND_NANOS
                : null;
    }

    private static ObjectNode cause(EndCause cause) {
        return JSON.objectNode()
                .put("by", lower(cause.by()))
                .put("reason", cause.reason())
                .put("sip-code", cause.sipCode())
                .put("q850-cause", cause.q850Cause())
                .put("text", Words.of(cause));
    }

    private void write(ObjectNode to, Finding finding) {
        to.put("rule", finding.rule().key()).put("severity", finding.severity().key());
        put(to, "leg", finding.leg());
        to.put("direction", finding.direction().key())
                .put("from", moments.full(finding.fromNanos()))
                .put("to", moments.full(finding.toNanos()))
                .put("text", finding.text());
    }

    private static void put(ObjectNode to, String name, OptionalInt value) {
        if (value.isPresent()) {
            to.put(name, value.getAsInt());
        } else {
            to.putNull(name);
        }
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
