package offhook.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import offhook.call.CallSnapshot;
import offhook.call.CallSnapshot.LegKind;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.LegQuality.Opinion;
import offhook.runtime.NanoClock;

/// A call that lives, as lists show it: who, where, since when, and the few figures that say
/// whether somebody should look closer. Any thread.
final class CallViews {

    private final Function<LegId, Optional<LegQuality>> quality;
    private final NanoClock clock;
    private final InstantSource wallClock;

    CallViews(
            Function<LegId, Optional<LegQuality>> quality,
            NanoClock clock,
            InstantSource wallClock) {
        this.quality = quality;
        this.clock = clock;
        this.wallClock = wallClock;
    }

    ObjectNode of(CallSnapshot call) {
        long now = clock.nanoTime();
        ObjectNode view = Views.JSON.createObjectNode();
        view.put("id", call.id().value());
        caller(view, Optional.of(call));
        view.put("to", call.called().number());
        view.put("trunk", call.source());
        view.put("out-trunk", call.outTrunk());
        view.put("agent", call.agent());
        view.put("state", call.state());
        view.put("began", at(now - call.startedNanos()));
        view.put("seconds", TimeUnit.NANOSECONDS.toSeconds(now - call.startedNanos()));
        view.put("state-seconds", TimeUnit.NANOSECONDS.toSeconds(now - call.stateNanos()));
        ArrayNode legs = view.putArray("legs");
        for (LegKind leg : call.legs()) {
            quality.apply(leg.id()).ifPresent(known -> legs.add(leg(leg, known)));
        }
        return view;
    }

    /// Who calls; nothing is known of a call that is just over.
    void caller(ObjectNode view, Optional<CallSnapshot> call) {
        view.put("from", call.map(each -> each.caller().number()).orElse(null));
        view.put("from-name", call.map(each -> each.caller().displayName()).orElse(null));
        view.put("withheld", call.map(each -> each.details().withheld()).orElse(false));
    }

    private String at(long nanosAgo) {
        return Instant.ofEpochMilli(wallClock.millis())
                .minusNanos(nanosAgo)
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
    }

    private static ObjectNode leg(LegKind leg, LegQuality quality) {
        ObjectNode view = Views.JSON.createObjectNode();
        view.put("leg", leg.id().index());
        view.put("kind", leg.kind());
        view.put("codec", quality.codecIn().isEmpty() ? quality.codecOut() : quality.codecIn());
        view.put("audio", quality.audio().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        put(view, "round-trip-ms", quality.roundTripMillis());
        ObjectNode byUs = view.putObject("heard-by-us");
        heard(byUs, quality.inbound().opinion());
        put(byUs, "loss-percent", quality.inbound().lossPercent());
        put(byUs, "jitter-ms", quality.inbound().jitterMillis());
        ObjectNode byPeer = view.putObject("heard-by-peer");
        heard(byPeer, quality.outbound().opinion());
        put(byPeer, "loss-percent", quality.outbound().peerLossPercent());
        put(byPeer, "jitter-ms", quality.outbound().peerJitterMillis());
        return view;
    }

    private static void heard(ObjectNode view, Opinion opinion) {
        put(view, "mos", opinion.mos());
    }

    private static void put(ObjectNode view, String name, double figure) {
        if (Double.isFinite(figure)) {
            view.put(name, Math.round(figure * 100) / 100.0);
        } else {
            view.putNull(name);
        }
    }
}
