package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What programs rely on in everything that commands print for them.
final class JsonRules {

    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern TIME = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T.*");
    private static final Pattern UTC =
            Pattern.compile("[0-9-]{10}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    /// Telephone numbers are texts, and names may look like one.
    private static final Set<String> NUMBERED =
            Set.of("caller", "called", "diverted-from", "number", "from", "to", "name", "agent");

    /// Figures without a unit.
    private static final Set<String> PURE =
            Set.of(
                    "mos",
                    "in-mos",
                    "in-rating",
                    "in-listening-mos",
                    "out-mos",
                    "out-rating",
                    "out-listening-mos",
                    "peer-mos",
                    "peer-rating",
                    "peer-listening-mos");

    private static final Pattern UNIT =
            Pattern.compile(".*-(seconds|millis|ms|percent|share|db|dbov)");

    private JsonRules() {}

    /// @param where of what command
    static void assertKept(String where, JsonNode printed) {
        assertThat(printed.isObject()).as("%s: one object: %s", where, printed).isTrue();
        look(where, "", printed);
    }

    private static void look(String where, String key, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT ->
                    node.properties()
                            .forEach(each -> {
                                String inner = where + "." + each.getKey();
                                assertThat(each.getKey()).as(inner).matches(KEY);
                                look(inner, each.getKey(), each.getValue());
                            });
            case ARRAY -> {
                assertThat(node.valueStream().map(JsonNode::getNodeType).distinct().toList())
                        .as("%s: things of one kind", where)
                        .hasSizeLessThan(2);
                node.forEach(each -> look(where + "[]", key, each));
            }
            case STRING -> text(where, key, node.textValue());
            case NUMBER -> {
                if (node.isFloatingPointNumber() && !PURE.contains(key)) {
                    assertThat(key).as("%s says its unit", where).matches(UNIT);
                }
            }
            default -> assertThat(node.isBoolean() || node.isNull()).as(where).isTrue();
        }
    }

    private static void text(String where, String key, String text) {
        assertThat(text).as("%s: null for what is absent", where).isNotEmpty();
        assertThat(text).as("%s: a boolean is one", where).isNotIn("true", "false", "NaN", "null");
        if (TIME.matcher(text).matches()) {
            assertThat(text).as("%s: a time of UTC", where).matches(UTC);
        }
        if (!NUMBERED.contains(key)) {
            assertThat(text).as("%s: a number is one", where).doesNotMatch(NUMBER);
        }
    }

    /// The example has the keys that are printed, as far as both have the things.
    static void assertSameShape(String where, JsonNode example, JsonNode printed) {
        if (example.isObject() && printed.isObject()) {
            assertThat(keys(example)).as("%s: keys", where).isEqualTo(keys(printed));
            keys(example)
                    .forEach(key ->
                            assertSameShape(where + "." + key, example.get(key), printed.get(key)));
        } else if (example.isArray() && printed.isArray()) {
            if (!example.isEmpty() && !printed.isEmpty()) {
                assertSameShape(where + "[]", example.get(0), printed.get(0));
            }
        } else if (!example.isNull() && !printed.isNull()) {
            assertThat(example.getNodeType()).as(where).isEqualTo(printed.getNodeType());
        }
    }

    private static Set<String> keys(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }
}
