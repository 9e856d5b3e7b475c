package offhook.e2e.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import offhook.codec.quality.SpeechReport;
import offhook.e2e.capture.AddedDelay;
import offhook.e2e.capture.RtpFlow.Continuity;
import offhook.e2e.speech.Comparison;

/// What a measured call showed, for people and for programs.
///
/// @param setupMillis from the INVITE until the page rings
/// @param answerToWebMillis from the agent's click until the page plays the caller
/// @param answerToPhoneMillis from the click until the first sound of the browser leaves for the
///   phone
/// @param inbound the browser's own statistics of what it received
public record CallReport(
        double setupMillis,
        double answerToWebMillis,
        double answerToPhoneMillis,
        List<Leg> legs,
        Way phoneToWeb,
        Way webToPhone,
        JsonNode inbound) {
    public static final double MIN_STOI = 0.97;

    /// One side of the gateway.
    public record Leg(String name, String codec, Continuity toGateway, Continuity fromGateway) {}

    /// One direction of speech.
    ///
    /// @param heard what arrived, against what was said
    /// @param lookAheadMillis of the encoder in the gateway, added to what the wire shows
    public record Way(Comparison heard, Optional<AddedDelay> delay, double lookAheadMillis) {
        public SpeechReport speech() {
            return heard.report();
        }

        public double p50Millis() {
            return delay.map(d -> d.p50Millis() + lookAheadMillis).orElse(Double.NaN);
        }

        public double p95Millis() {
            return delay.map(d -> d.p95Millis() + lookAheadMillis).orElse(Double.NaN);
        }
    }

    /// Whether each end understood the other.
    public boolean bothHeard() {
        return phoneToWeb.speech().stoi() >= MIN_STOI && webToPhone.speech().stoi() >= MIN_STOI;
    }

    public String toJson() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        put(root, "setup_ms", setupMillis, 1);
        ObjectNode answer = root.putObject("answer_to_audio_ms");
        put(answer, "phone_to_web", answerToWebMillis, 1);
        put(answer, "web_to_phone", answerToPhoneMillis, 1);
        for (Leg leg : legs) {
            ObjectNode node = root.withArray("legs").addObject();
            node.put("leg", leg.name()).put("codec", leg.codec());
            put(node.putObject("to_gateway"), leg.toGateway());
            put(node.putObject("from_gateway"), leg.fromGateway());
        }
        both(root, "added_delay_ms", Way::p50Millis, 1);
        both(root, "added_delay_p95_ms", Way::p95Millis, 1);
        both(root, "stoi", way -> way.speech().stoi(), 4);
        both(root, "lsd_db", way -> way.speech().lsdDb(), 2);
        both(root, "level_db", way -> way.speech().levelDifferenceDb(), 2);
        both(root, "delay_spread_ms", way -> way.heard().delaySpreadMillis(), 1);
        both(root, "drop_outs", way -> way.speech().dropOutsOver40Millis(), 0);
        root.put("passed", bothHeard());
        return root.toPrettyString() + "\n";
    }

    private void both(ObjectNode root, String name, ToDoubleFunction<Way> value, int digits) {
        ObjectNode node = root.putObject(name);
        put(node, "phone_to_web", value.applyAsDouble(phoneToWeb), digits);
        put(node, "web_to_phone", value.applyAsDouble(webToPhone), digits);
    }

    private static void put(ObjectNode node, Continuity flow) {
        node.put("packets", flow.packets()).put("lost", flow.lost()).put("late", flow.late());
        put(node, "jitter_ms", flow.jitterMillis(), 2);
        put(node, "longest_gap_ms", flow.longestGapMillis(), 1);
    }

    private static void put(ObjectNode node, String name, double value, int digits) {
        if (digits == 0) {
            node.put(name, Math.round(value));
        } else if (Double.isFinite(value)) {
            double scale = Math.pow(10, digits);
            node.put(name, Math.round(value * scale) / scale);
        } else {
            node.putNull(name);
        }
    }

    public String toText() {
        var text = new StringBuilder("\n");
        line(text, "INVITE to ringing in the page", "%.0f ms".formatted(setupMillis));
        line(
                text,
                "answer click to first audio",
                "%.0f ms in the browser, %.0f ms at the phone"
                        .formatted(answerToWebMillis, answerToPhoneMillis));
        text.append('\n');
        for (Leg leg : legs) {
            String name = leg.name() + " leg, " + leg.codec();
            line(text, name + ", to the gateway", flow(leg.toGateway()));
            line(text, name + ", from the gateway", flow(leg.fromGateway()));
        }
        if (inbound.has("concealedSamples")) {
            line(
                    text,
                    "the browser's own count",
                    "%d packets lost, %.2f %% of its sound concealed"
                            .formatted(inbound.path("packetsLost").asLong(), concealedPercent()));
        }
        text.append('\n');
        way(text, "phone to browser", phoneToWeb);
        way(text, "browser to phone", webToPhone);
        text.append('\n')
                .append(bothHeard() ? "Both ends heard each other." : "NOT both ends were heard.")
                .append('\n');
        return text.toString();
    }

    /// How much of the sound the browser made up, as nothing was there in time; 0 where it does not
    /// say. What is concealed in silence is DTX, not loss.
    public double concealedPercent() {
        double concealed =
                inbound.path("concealedSamples").asDouble()
                        - inbound.path("silentConcealedSamples").asDouble();
        return 100 * concealed / Math.max(1, inbound.path("totalSamplesReceived").asDouble());
    }

    private static void way(StringBuilder text, String name, Way way) {
        SpeechReport speech = way.speech();
        line(
                text,
                name,
                "STOI %.3f, LSD %.1f dB, level %+.1f dB, %d drop-outs, delay moved %.0f ms"
                        .formatted(
                                speech.stoi(),
                                speech.lsdDb(),
                                speech.levelDifferenceDb(),
                                speech.dropOutsOver40Millis(),
                                way.heard().delaySpreadMillis()));
        String part =
                way.lookAheadMillis() > 0
                        ? ", of which the codec's look-ahead is " + way.lookAheadMillis() + " ms"
                        : "";
        line(
                text,
                name + ", added delay",
                "p50 %.1f ms, p95 %.1f ms%s".formatted(way.p50Millis(), way.p95Millis(), part));
    }

    private static String flow(Continuity flow) {
        return "%5d packets, %d lost, %d late, jitter %.1f ms, longest gap %.0f ms"
                .formatted(
                        flow.packets(),
                        flow.lost(),
                        flow.late(),
                        flow.jitterMillis(),
                        flow.longestGapMillis());
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  %-34s%s%n".formatted(name, value));
    }
}
