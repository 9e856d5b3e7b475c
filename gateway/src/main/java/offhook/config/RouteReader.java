package offhook.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.config.RouteConfig.Destination;
import offhook.config.RouteConfig.Dialling;
import offhook.config.RouteConfig.Kind;

/// Reads `routes`, once all that they may name is known.
final class RouteReader {

    static final String WEB = "web";
    static final String REFUSE = "refuse";
    private static final Pattern NUMBER =
            Pattern.compile("\\*|[+]?[0-9A-Za-z*#._-]{0,63}[0-9A-Za-z*#]");
    private static final Pattern PREFIX = Pattern.compile("[+]?[0-9]{0,16}");
    private static final Pattern TO =
            Pattern.compile("(agent|queue|trunk):([^:\\s]+)(?::([+]?[0-9*#]+))?");

    private final Names trunks;
    private final Names agents;
    private final Names queues;
    private final Set<String> dialled;
    private final LimitsConfig limits;
    private final Preferences preferences;
    private final Map<String, Integer> lines = new HashMap<>();

    /// @param dialled names of the trunks that calls can go out to
    RouteReader(
            Names trunks,
            Names agents,
            Names queues,
            Set<String> dialled,
            LimitsConfig limits,
            Preferences preferences) {
        this.dialled = Set.copyOf(dialled);
        this.trunks = trunks;
        this.agents = agents;
        this.queues = queues;
        this.limits = limits;
        this.preferences = preferences;
    }

    RouteConfig read(Section section) {
        String source = source(section);
        String number = section.require("number").flatMap(v -> number(v, source)).orElse("");
        List<Destination> to = section.require("to").map(this::destinations).orElse(List.of());
        Dialling dialling = dialling(section, number, to);
        Duration ring = ring(section);
        Optional<MediaConfig.Prefer> prefer = preferences.ofRoute(section, source);
        List<Destination> fallback = section.find("fallback").map(this::fallback).orElse(List.of());
        section.done();
        return new RouteConfig(source, number, to, dialling, ring, prefer, fallback);
    }

    private List<Destination> destinations(Value value) {
        return value.isList()
                ? Lists.distinct(value, this::destination)
                : destination(value).map(List::of).orElse(List.of());
    }

    /// Whoever is left of a call has dialled no number that would mean anything elsewhere.
    private List<Destination> fallback(Value value) {
        if (!value.isList() && value.text().equals(Optional.of(REFUSE))) {
            return List.of();
        }
        List<Destination> found = destinations(value);
        if (found.stream().anyMatch(d -> d.kind() == Kind.TRUNK && d.number().isEmpty())) {
            value.problem("a fallback on a trunk names the number to dial, as trunk:NAME:NUMBER");
        }
        return found;
    }

    private static Dialling dialling(Section section, String number, List<Destination> to) {
        int strip = section.integer("strip", 0, 32, 0);
        Optional<Value> prefix = section.find("prefix");
        Optional<String> digits =
                prefix.flatMap(Value::text).filter(t -> PREFIX.matcher(t).matches());
        if (prefix.isPresent() && digits.isEmpty()) {
            prefix.get().problem(prefix.get().quoted() + " is not digits, with '+' before or not");
        }
        boolean rewrites = strip > 0 || digits.isPresent();
        if (rewrites && to.stream().noneMatch(d -> d.kind() == Kind.TRUNK)) {
            section.problem("'strip' and 'prefix' are for numbers that a trunk is asked for");
        }
        if (strip > number.length() - (number.endsWith("*") ? 1 : 0)) {
            section.find("strip")
                    .ifPresent(v -> v.problem("strips more than the number surely has"));
        }
        return new Dialling(strip, digits.orElse(""));
    }

    private String source(Section section) {
        Optional<Value> trunk = section.find("trunk");
        Optional<Value> from = section.find("from");
        if (trunk.isPresent() == from.isPresent()) {
            section.problem("one of 'trunk' and 'from' is needed");
        }
        if (from.isPresent()) {
            if (!from.get().text().equals(Optional.of(WEB))) {
                from.get()
                        .problem(
                                from.get().quoted()
                                        + " is not web, for calls of pages; for calls of a trunk"
                                        + " write 'trunk: NAME'");
            }
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

    /// What a route, or something else that names a destination, leads to.
    Optional<Destination> destination(Value value) {
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
            case TRUNK -> {
                if (trunks.refer(value, name) && !dialled.contains(name)) {
                    value.problem("trunk '" + name + "' has no 'uri', so no call can go out to it");
                }
            }
        }
        if (number.isPresent() && kind != Kind.TRUNK) {
            value.problem("only a trunk is dialled a number");
        }
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
