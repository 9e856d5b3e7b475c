package offhook.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.config.RouteConfig.Destination;
import offhook.config.RouteConfig.Kind;

/// Reads `routes`, once all that they may name is known.
final class RouteReader {

    private static final String WEB = "web";
    private static final Pattern NUMBER =
            Pattern.compile("\\*|[+]?[0-9A-Za-z*#._-]{0,63}[0-9A-Za-z*#]");
    private static final Pattern TO =
            Pattern.compile("(agent|queue|trunk):([^:\\s]+)(?::([+]?[0-9*#]+))?");

    private final Names trunks;
    private final Names agents;
    private final Names queues;
    private final LimitsConfig limits;
    private final Preferences preferences;
    private final Map<String, Integer> lines = new HashMap<>();

    RouteReader(
            Names trunks,
            Names agents,
            Names queues,
            LimitsConfig limits,
            Preferences preferences) {
        this.trunks = trunks;
        this.agents = agents;
        this.queues = queues;
        this.limits = limits;
        this.preferences = preferences;
    }

    RouteConfig read(Section section) {
        String source = source(section);
        String number = section.require("number").flatMap(v -> number(v, source)).orElse("");
        Destination to =
                section.require("to")
                        .flatMap(this::destination)
                        .orElse(new Destination(Kind.AGENT, "", Optional.empty()));
        Duration ring = ring(section);
        Optional<MediaConfig.Prefer> prefer = preferences.ofRoute(section, source);
        section.done();
        return new RouteConfig(source, number, to, ring, prefer);
    }

    private String source(Section section) {
        Optional<Value> trunk = section.find("trunk");
        Optional<Value> from = section.find("from");
        if (trunk.isPresent() == from.isPresent()) {
            section.problem("one of 'trunk' and 'from' is needed");
        }
        if (from.isPresent()) {
            from.get()
                    .choice(Map.of(WEB, WEB), WEB)
                    .ifPresent(_ -> Unserved.routeFromWeb(from.get()));
            return WEB;
        }
        Optional<String> name = trunk.flatMap(Value::text);
        name.ifPresent(n -> trunk.ifPresent(v -> trunks.refer(v, n)));
        return name.orElse("");
    }

    private Optional<String> number(Value value, String source) {
        Optional<String> number = value.text();
        if (number.isEmpty()) {
            return number;
        }
        if (!NUMBER.matcher(number.get()).matches()) {
            value.problem(value.quoted() + " is no number or start of one with '*'");
            return Optional.empty();
        }
        Integer before = lines.putIfAbsent(source + " " + number.get(), value.line());
        if (before != null) {
            value.problem(value.quoted() + " is routed in line " + before + " already");
        }
        return number;
    }

    private Optional<Destination> destination(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = TO.matcher(text.get());
        if (!matcher.matches()) {
            value.problem(value.quoted() + " is not agent:NAME, queue:NAME or trunk:NAME[:NUMBER]");
            return Optional.empty();
        }
        String name = matcher.group(2);
        Optional<String> number = Optional.ofNullable(matcher.group(3));
        Kind kind =
                switch (matcher.group(1)) {
                    case "agent" -> Kind.AGENT;
                    case "queue" -> Kind.QUEUE;
                    default -> Kind.TRUNK;
                };
        switch (kind) {
            case AGENT -> agents.refer(value, name);
            case QUEUE -> queues.refer(value, name);
            case TRUNK -> trunks.refer(value, name);
        }
        if (number.isPresent() && kind != Kind.TRUNK) {
            value.problem("only a trunk is dialled a number");
        }
        Unserved.destination(value, kind);
        return Optional.of(new Destination(kind, name, number));
    }

    private Duration ring(Section section) {
        Duration ring = section.seconds("ring-seconds", 1, 180, limits.ring());
        if (ring.compareTo(limits.ring()) > 0) {
            section.find("ring-seconds")
                    .ifPresent(v ->
                            v.problem(
                                    v.quoted()
                                            + " is more than limits.ring-seconds, "
                                            + limits.ring().toSeconds()));
        }
        return ring;
    }
}
