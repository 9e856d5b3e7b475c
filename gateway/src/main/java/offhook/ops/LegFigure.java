package offhook.ops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import offhook.call.CallSnapshot.LegKind;
import offhook.call.LegQuality;

/// One figure of a leg as JMX shows it: its name, what it is and in which unit, and where it comes
/// from. Unknown figures are NaN.
///
/// @param type a simple one
record LegFigure(
        String name,
        String description,
        OpenType<?> type,
        BiFunction<LegKind, LegQuality, Object> read) {

    /// All of them, in the order of the documentation.
    static final List<LegFigure> ALL =
            List.of(
                    new LegFigure(
                            "leg",
                            "0 is the leg that opened the call",
                            SimpleType.INTEGER,
                            (leg, _) -> leg.id().index()),
                    text("kind", "trunk or browser", (leg, _) -> leg.kind()),
                    text("codecIn", "what the peer sends", (_, q) -> q.codecIn()),
                    text("codecOut", "what we send", (_, q) -> q.codecOut()),
                    text(
                            "protection",
                            "SRTP suite, both ways; empty: in the clear",
                            (_, q) -> q.protection()),
                    count("inPackets", "packets from the peer", q -> q.inbound().packets()),
                    count("inBytes", "bytes of their payloads", q -> q.inbound().bytes()),
                    count("inLost", "packets that the network lost", q -> q.inbound().lost()),
                    share(
                            "inLossPercent",
                            "that share of late, percent",
                            q -> q.inbound().lossPercent()),
                    count(
                            "inUnplayed",
                            "packets lost, or too late to be played",
                            q -> q.inbound().unplayed()),
                    share(
                            "inUnplayedPercent",
                            "that share of late, percent",
                            q -> q.inbound().unplayedPercent()),
                    count("inLate", "packets after their time", q -> q.inbound().late()),
                    count(
                            "concealedMillis",
                            "audio made up for missing packets, ms",
                            q -> q.inbound().concealedMillis()),
                    count(
                            "fecRecovered",
                            "lost packets rebuilt from redundancy",
                            q -> q.inbound().fecRecovered()),
                    count("inDuplicates", "copies of packets", q -> q.inbound().duplicates()),
                    count("inReordered", "packets after a later one", q -> q.inbound().reordered()),
                    count("inMalformed", "packets not readable", q -> q.inbound().malformed()),
                    count(
                            "inWrongSource",
                            "packets of somebody else",
                            q -> q.inbound().wrongSource()),
                    count(
                            "inNotAuthentic",
                            "SRTP packets that the key does not open",
                            q -> q.inbound().notAuthentic()),
                    count(
                            "inReplayed",
                            "SRTP packets that came again",
                            q -> q.inbound().replayed()),
                    share(
                            "inJitterMillis",
                            "interarrival jitter (RFC 3550), ms",
                            q -> q.inbound().jitterMillis()),
                    share(
                            "bufferMillis",
                            "audio in the jitter buffer, ms; NaN where there is none",
                            q -> q.inbound().bufferMillis()),
                    share(
                            "bufferTargetMillis",
                            "delay that the jitter buffer aims at, ms; NaN where there is none",
                            q -> q.inbound().bufferTargetMillis()),
                    share(
                            "buffer95Millis",
                            "what 95 of 100 packets are late at most, ms; NaN without a buffer",
                            q -> q.inbound().buffer95Millis()),
                    share(
                            "inRating",
                            "how we hear the peer: R of ITU-T G.107, 93.2 at best; without the"
                                    + " network's delay where roundTripMillis is NaN",
                            q -> q.inbound().opinion().rating()),
                    share(
                            "inMos",
                            "how we hear the peer: MOS of a conversation, 1 to 4.5; of the same"
                                    + " delay as inRating",
                            q -> q.inbound().opinion().mos()),
                    share(
                            "inListeningMos",
                            "how we hear the peer: MOS of listening, without delay",
                            q -> q.inbound().opinion().listeningMos()),
                    count("outPackets", "packets to the peer", q -> q.outbound().packets()),
                    count("outBytes", "bytes of their payloads", q -> q.outbound().bytes()),
                    count(
                            "outLost",
                            "packets of ours that the peer lost, as it reports",
                            q -> q.outbound().peerLost()),
                    share(
                            "outLossPercent",
                            "that share between its last two reports, percent",
                            q -> q.outbound().peerLossPercent()),
                    share(
                            "outJitterMillis",
                            "jitter that the peer sees, ms",
                            q -> q.outbound().peerJitterMillis()),
                    share(
                            "outRating",
                            "how the peer hears us: R of ITU-T G.107, 93.2 at best; without the"
                                    + " network's delay where roundTripMillis is NaN",
                            q -> q.outbound().opinion().rating()),
                    share(
                            "outMos",
                            "how the peer hears us: MOS of a conversation, 1 to 4.5; of the same"
                                    + " delay as outRating",
                            q -> q.outbound().opinion().mos()),
                    share(
                            "outListeningMos",
                            "how the peer hears us: MOS of listening, without delay",
                            q -> q.outbound().opinion().listeningMos()),
                    share(
                            "peerRating",
                            "how the peer says it hears us: R (RFC 3611)",
                            q -> q.outbound().peerOpinion().rating()),
                    share(
                            "peerMos",
                            "how the peer says it hears us: MOS of a conversation (RFC 3611)",
                            q -> q.outbound().peerOpinion().mos()),
                    share(
                            "peerListeningMos",
                            "how the peer says it hears us: MOS of listening (RFC 3611)",
                            q -> q.outbound().peerOpinion().listeningMos()),
                    share(
                            "roundTripMillis",
                            "to the peer and back, by RTCP, ms",
                            LegQuality::roundTripMillis),
                    share(
                            "speechLevelDbov",
                            "active speech level of the peer (ITU-T P.56), dBov",
                            q -> q.speech().levelDbov()),
                    share(
                            "clippedShare",
                            "share of its samples that are clipped, 0 to 1",
                            q -> q.speech().clippedShare()),
                    share(
                            "silentShare",
                            "share of its audio that is silent, 0 to 1",
                            q -> q.speech().silentShare()),
                    text(
                            "audio",
                            "whether the peer is heard: WAITING, HEARD, HELD, or one way:"
                                    + " NO_PACKETS, DIGITAL_SILENCE",
                            (_, q) -> q.audio().name()),
                    count(
                            "audioSeconds",
                            "since when it has been so, s",
                            q -> q.audioMillis() / 1000));

    /// All figures of a leg together.
    static final CompositeType LEG = legType();

    private static LegFigure text(
            String name, String description, BiFunction<LegKind, LegQuality, Object> read) {
        return new LegFigure(name, description, SimpleType.STRING, read);
    }

    private static LegFigure count(
            String name, String description, ToLongFunction<LegQuality> read) {
        return new LegFigure(
                name, description, SimpleType.LONG, (_, quality) -> read.applyAsLong(quality));
    }

    private static LegFigure share(
            String name, String description, ToDoubleFunction<LegQuality> read) {
        return new LegFigure(
                name, description, SimpleType.DOUBLE, (_, quality) -> read.applyAsDouble(quality));
    }

    private static CompositeType legType() {
        try {
            return new CompositeType(
                    "offhook.leg",
                    "a leg of a call and how it sounds; what nobody measured is NaN",
                    ALL.stream().map(LegFigure::name).toArray(String[]::new),
                    ALL.stream().map(LegFigure::description).toArray(String[]::new),
                    ALL.stream().map(LegFigure::type).toArray(OpenType<?>[]::new));
        } catch (OpenDataException e) {
            throw new IllegalStateException("a figure is described wrongly", e);
        }
    }

    /// The figures of one leg.
    static CompositeData of(LegKind leg, LegQuality quality) {
        Map<String, Object> values = new LinkedHashMap<>();
        ALL.forEach(figure -> values.put(figure.name(), figure.read().apply(leg, quality)));
        try {
            return new CompositeDataSupport(LEG, values);
        } catch (OpenDataException e) {
            throw new IllegalStateException("a figure has another type than it is said to", e);
        }
    }
}
