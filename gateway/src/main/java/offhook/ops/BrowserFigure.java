package offhook.ops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import offhook.call.BrowserView;
import offhook.call.CallSnapshot.LegKind;

/// One figure of how a call sounds in an agent's browser, as JMX shows it.
///
/// @param type a simple one
record BrowserFigure(
        String name,
        String description,
        OpenType<?> type,
        BiFunction<LegKind, BrowserView, Object> read) {

    /// All of them, in the order of the documentation.
    static final List<BrowserFigure> ALL =
            List.of(
                    new BrowserFigure(
                            "leg",
                            "0 is the leg that opened the call",
                            SimpleType.INTEGER,
                            (leg, _) -> leg.id().index()),
                    text("codec", "what the browser sends", (_, v) -> v.codec()),
                    text(
                            "candidate",
                            "how it reaches us: host, srflx, prflx or relay",
                            (_, v) -> v.candidate()),
                    figure("rttMillis", "to us and back, ms", BrowserView::roundTripMillis),
                    figure(
                            "jitterMillis",
                            "jitter of what arrives there, ms",
                            v -> v.jitterMillis()),
                    figure(
                            "lossPercent",
                            "packets of ours lost lately, percent",
                            BrowserView::lossPercent),
                    figure("bufferMillis", "delay of its jitter buffer, ms", v -> v.bufferMillis()),
                    figure("mos", "mean opinion of talking, 1 to 4.5", BrowserView::mos),
                    figure("received", "packets that arrived there", BrowserView::received),
                    figure("lost", "packets of ours that did not", BrowserView::lost),
                    figure("sent", "packets that it sent", BrowserView::sent),
                    figure("farLost", "packets of its that we missed", BrowserView::farLost),
                    text(
                            "warnings",
                            "those that are up, each with what it is about",
                            (_, v) -> String.join(", ", v.warnings())),
                    new BrowserFigure(
                            "warned",
                            "warnings raised so far",
                            SimpleType.LONG,
                            (_, v) -> v.warned()));

    static final CompositeType VIEW = viewType();

    private static BrowserFigure text(
            String name, String description, BiFunction<LegKind, BrowserView, Object> read) {
        return new BrowserFigure(name, description, SimpleType.STRING, read);
    }

    private static BrowserFigure figure(
            String name, String description, ToDoubleFunction<BrowserView> read) {
        return new BrowserFigure(
                name, description, SimpleType.DOUBLE, (_, view) -> read.applyAsDouble(view));
    }

    private static CompositeType viewType() {
        try {
            return new CompositeType(
                    "offhook.browser",
                    "how a call sounds in the browser that has it; what it did not tell is NaN",
                    ALL.stream().map(BrowserFigure::name).toArray(String[]::new),
                    ALL.stream().map(BrowserFigure::description).toArray(String[]::new),
                    ALL.stream().map(BrowserFigure::type).toArray(OpenType<?>[]::new));
        } catch (OpenDataException e) {
            throw new IllegalStateException("a figure is described wrongly", e);
        }
    }

    /// The figures of one leg.
    static CompositeData of(LegKind leg, BrowserView view) {
        Map<String, Object> values = new LinkedHashMap<>();
        ALL.forEach(figure -> values.put(figure.name(), figure.read().apply(leg, view)));
        try {
            return new CompositeDataSupport(VIEW, values);
        } catch (OpenDataException e) {
            throw new IllegalStateException("a figure has another type than it is said to", e);
        }
    }
}
