package offhook.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import offhook.config.RouteConfig.Destination;
import offhook.config.RouteConfig.Kind;

/// Reads `web.guests`, once all that they may call is known.
final class GuestsReader {

    private static final int MIN_KEY_LENGTH = 32;
    private static final int MAX_FIELDS = 8;
    private static final Duration DEFAULT_TOKEN = Duration.ofMinutes(5);
    private static final Pattern FIELD = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern CALLER_ID = Pattern.compile("[+]?[0-9]{1,32}");

    private final Names names = new Names("guest site");
    private final RouteReader routes;
    private final LimitsConfig limits;

    /// @param routes by which destinations are read
    GuestsReader(RouteReader routes, LimitsConfig limits) {
        this.routes = routes;
        this.limits = limits;
    }

    GuestSite read(Section section) {
        String name = names.define(section);
        Optional<Secret> key = section.find("key").flatMap(GuestsReader::key);
        List<String> origins =
                section.require("origins")
                        .map(v -> Lists.distinct(v, WebReader::origin))
                        .orElse(List.of());
        Destination to =
                section.require("to")
                        .flatMap(this::destination)
                        .orElse(new Destination(Kind.AGENT, "", Optional.empty()));
        int maxCalls = section.integer("max-calls", 1, 10_000, 10);
        int perMinute = section.integer("calls-per-minute", 1, 10_000, 30);
        int perAddress = section.integer("calls-per-address", 1, 10_000, Math.min(5, perMinute));
        GuestSite site =
                new GuestSite(
                        name,
                        key,
                        origins,
                        to,
                        section.find("caller-id").flatMap(v -> callerId(v, to)),
                        section.find("fields").map(GuestsReader::fields).orElse(List.of()),
                        section.seconds("token-seconds", 30, 3600, DEFAULT_TOKEN),
                        limits.ring(),
                        Duration.ofMinutes(section.integer("call-minutes", 1, 1440, 60)),
                        maxCalls,
                        perMinute,
                        perAddress);
        section.done();
        return site;
    }

    private Optional<Destination> destination(Value value) {
        Optional<Destination> to = routes.destination(value);
        if (to.isPresent() && to.get().kind() == Kind.TRUNK && to.get().number().isEmpty()) {
            value.problem("guests dial no number: write trunk:NAME:NUMBER");
        }
        return to;
    }

    private static Optional<Secret> key(Value value) {
        Optional<Secret> key = value.secret();
        if (key.isPresent() && key.get().value().length() < MIN_KEY_LENGTH) {
            value.problem("has fewer than " + MIN_KEY_LENGTH + " characters");
        }
        return key;
    }

    private static Optional<String> callerId(Value value, Destination to) {
        Optional<String> number = value.text().filter(t -> CALLER_ID.matcher(t).matches());
        if (number.isEmpty()) {
            value.problem(value.quoted() + " is no number of at most 32 digits, as +34911234567");
        }
        if (to.kind() != Kind.TRUNK) {
            value.problem("only a trunk is shown a number of guests");
        }
        return number;
    }

    private static List<String> fields(Value value) {
        List<String> fields = Lists.distinct(value, GuestsReader::field);
        if (fields.size() > MAX_FIELDS) {
            value.problem("more than " + MAX_FIELDS + " fields");
        }
        return fields;
    }

    private static Optional<String> field(Value value) {
        Optional<String> text = value.text();
        Optional<String> field = text.filter(t -> FIELD.matcher(t).matches());
        if (text.isPresent() && field.isEmpty()) {
            value.problem(
                    value.quoted()
                            + " is no name of a field: 1-32 lower-case letters, digits, '-'");
        }
        return field;
    }
}
