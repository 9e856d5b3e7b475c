package offhook.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import offhook.call.CallSnapshot;
import offhook.call.CallSnapshot.LegKind;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.LegQuality.Audio;

/// How the legs that live sound together. Looked at once for each scrape and then read figure by
/// figure, so that the figures of one scrape are of one moment. Any thread.
public final class LiveAudio {

    private final Supplier<List<CallSnapshot>> calls;
    private final Function<LegId, Optional<LegQuality>> quality;

    /// Exchanged whole.
    private volatile List<Sounding> legs = List.of();

    /// @param calls those that live
    /// @param quality how a leg sounds now
    public LiveAudio(
            Supplier<List<CallSnapshot>> calls, Function<LegId, Optional<LegQuality>> quality) {
        this.calls = calls;
        this.quality = quality;
    }

    private record Sounding(LegKind leg, LegQuality quality) {}

    void bindTo(Meters meters) {
        meters.gauge(
                "offhook.calls.active",
                "Calls that live, ringing ones included",
                () -> calls.get().size());
        for (Audio audio : Audio.values()) {
            meters.gauge(
                    "offhook.legs.audio",
                    "Legs that live, by whether their peer is heard",
                    () -> legs.stream().filter(each -> each.quality.audio() == audio).count(),
                    "audio",
                    audio.name().toLowerCase(Locale.ROOT));
        }
        for (String kind : List.of("trunk", "browser")) {
            longest(
                    meters,
                    "offhook.audio.buffer.seconds",
                    "Longest delay of a jitter buffer now",
                    kind,
                    q -> q.inbound().bufferMillis());
            longest(
                    meters,
                    "offhook.audio.round.trip.seconds",
                    "Longest way to a peer and back now",
                    kind,
                    LegQuality::roundTripMillis);
        }
    }

    private void longest(
            Meters meters,
            String name,
            String what,
            String kind,
            ToDoubleFunction<LegQuality> millis) {
        meters.gauge(
                name,
                what,
                () ->
                        legs.stream()
                                        .filter(each -> each.leg.kind().equals(kind))
                                        .mapToDouble(each -> millis.applyAsDouble(each.quality))
                                        .filter(value -> !Double.isNaN(value))
                                        .max()
                                        .orElse(0)
                                / 1000,
                "kind",
                kind);
    }

    /// Takes the figures of now.
    void look() {
        List<Sounding> now = new ArrayList<>();
        for (CallSnapshot call : calls.get()) {
            for (LegKind leg : call.legs()) {
                quality.apply(leg.id()).ifPresent(known -> now.add(new Sounding(leg, known)));
            }
        }
        legs = List.copyOf(now);
    }

    /// Calls in which somebody is not heard although the other side speaks, and who. Any thread.
    public Map<String, String> oneWay() {
        Map<String, String> found = new LinkedHashMap<>();
        for (CallSnapshot call : calls.get()) {
            for (LegKind leg : call.legs()) {
                quality.apply(leg.id())
                        .map(LegQuality::audio)
                        .filter(audio ->
                                audio == Audio.NO_PACKETS || audio == Audio.DIGITAL_SILENCE)
                        .ifPresent(
                                audio -> found.put(call.id().value(), unheard(call, leg, audio)));
            }
        }
        return found;
    }

    private static String unheard(CallSnapshot call, LegKind leg, Audio audio) {
        String who =
                switch (leg.kind()) {
                    case "browser" -> "the browser of agent " + call.agent();
                    case "trunk" -> "the telephone side, " + onTrunk(call, leg) + ",";
                    default -> "the other call";
                };
        String why =
                audio == Audio.NO_PACKETS
                        ? "no packets of audio come from there, look at firewalls and NAT"
                        : "its packets hold nothing but silence, look at its microphone";
        return who + " is not heard: " + why;
    }

    private static String onTrunk(CallSnapshot call, LegKind leg) {
        return leg.id().index() == 0
                ? "from trunk " + call.source()
                : "which was called on trunk " + leg.trunk();
    }
}
