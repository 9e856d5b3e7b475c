package offhook.config;

import java.util.List;
import java.util.Locale;
import offhook.config.RouteConfig.Destination;

/// Writes routes and queues, the counterpart of [RouteReader] and [QueueReader].
final class RouteWriter {

    private RouteWriter() {}

    static WrittenSection route(RouteConfig route) {
        boolean ofPages = route.source().equals(RouteReader.WEB);
        WrittenSection section =
                new WrittenSection()
                        .put(ofPages ? "from" : "trunk", route.source())
                        .put("number", route.number())
                        .putOneOrList("to", words(route.to()));
        RouteConfig.Dialling dialling = route.dialling();
        if (!dialling.equals(RouteConfig.Dialling.PLAIN)) {
            section.put("strip", dialling.strip()).put("prefix", dialling.prefix());
        }
        section.put("ring-seconds", route.ring())
                .put("prefer", route.prefer().map(Preferences.PREFER::of));
        return route.fallback().isEmpty()
                ? section.put("fallback", RouteReader.REFUSE)
                : section.putOneOrList("fallback", words(route.fallback()));
    }

    private static List<String> words(List<Destination> destinations) {
        return destinations.stream().map(RouteWriter::word).toList();
    }

    static String word(Destination to) {
        return to.kind().name().toLowerCase(Locale.ROOT)
                + ":"
                + to.name()
                + to.number().map(number -> ":" + number).orElse("");
    }

    static WrittenSection queue(QueueConfig queue) {
        QueueLine line = queue.line();
        return new WrittenSection()
                .put("name", queue.name())
                .put("agents", queue.agents())
                .put("strategy", queue.strategy().key())
                .put("ring-seconds", queue.ring())
                .put("max-wait-seconds", line.maxWait())
                .put("max-waiting", line.maxWaiting())
                .put("waiting", line.answered() ? "answered" : "early")
                .put("wait-without-agents", line.withoutAgents())
                .put("retry-seconds", line.retry())
                .put("away-after-missed", line.awayAfterMissed())
                .put("overflow", line.overflow().map(RouteWriter::word).orElse(RouteReader.REFUSE));
    }
}
