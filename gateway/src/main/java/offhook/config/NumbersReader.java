package offhook.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Reads `numbers`.
final class NumbersReader {

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
    private static final Pattern EMERGENCY = Pattern.compile("[0-9]{2,6}");
    private static final Pattern ALLOWED = Pattern.compile("[+]?[0-9]{1,15}[*]?");

    private NumbersReader() {}

    static NumbersConfig read(Section section) {
        Optional<String> country =
                section.find("country").flatMap(v -> word(v, COUNTRIES::contains, "ES, GB, US"));
        List<String> emergency = list(section, "emergency", EMERGENCY, "112, 911");
        List<String> allow = list(section, "allow", ALLOWED, "+34803123456, +34803*");
        section.done();
        return new NumbersConfig(country, new LinkedHashSet<>(emergency), allow);
    }

    private static List<String> list(Section section, String key, Pattern form, String such) {
        return section.find(key)
                .map(list ->
                        Lists.distinct(list, v -> word(v, t -> form.matcher(t).matches(), such)))
                .orElse(List.of());
    }

    private static Optional<String> word(Value value, Predicate<String> is, String such) {
        Optional<String> text = value.text();
        if (text.isPresent() && !is.test(text.get())) {
            value.problem(value.quoted() + " is none such as " + such);
            return Optional.empty();
        }
        return text;
    }

    /// An emergency number that agents can dial and nothing leads on is worth a word at the start.
    static void warn(NumbersConfig numbers, List<RouteConfig> routes, Section section) {
        for (String number : numbers.emergency()) {
            boolean routed =
                    routes.stream()
                            .filter(route -> route.source().equals("web"))
                            .anyMatch(route -> leads(route.number(), number));
            if (!routed) {
                section.warning(
                        "no route 'from: web' leads to "
                                + number
                                + ": agents who dial it are told"
                                + " to use another phone");
            }
        }
    }

    private static boolean leads(String pattern, String number) {
        return pattern.endsWith("*")
                ? number.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(number);
    }
}
