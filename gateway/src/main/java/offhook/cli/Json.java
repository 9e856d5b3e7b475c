package offhook.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import offhook.ops.JsonNames;
import org.jspecify.annotations.Nullable;

/// What commands print for programs, all of them by the same rules: keys in lower case with dashes
/// and with the unit in them, null for what is unknown or absent, numbers as numbers, times as ISO
/// 8601 in UTC, and each list an array.
final class Json {

    private static final JsonNodeFactory NODES = JsonNames.MAPPER.getNodeFactory();

    private Json() {}

    /// One line.
    ///
    /// @param shown a record, a tree, or a map whose keys are in lower case with dashes
    static String line(Object shown) {
        try {
            return JsonNames.MAPPER.writeValueAsString(
                    absentAsNull(JsonNames.MAPPER.valueToTree(shown)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not to be written as JSON", e);
        }
    }

    /// An object that says this of that, in this order.
    ///
    /// @param keysAndValues by turns
    static ObjectNode object(Object... keysAndValues) {
        ObjectNode object = NODES.objectNode();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.set(
                    (String) keysAndValues[i], JsonNames.MAPPER.valueToTree(keysAndValues[i + 1]));
        }
        return object;
    }

    /// Beans and files say "" where there is nothing to say.
    private static JsonNode absentAsNull(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode said = NODES.objectNode();
                object.properties()
                        .forEach(each -> said.set(each.getKey(), absentAsNull(each.getValue())));
                yield said;
            }
            case ArrayNode array -> {
                ArrayNode said = NODES.arrayNode();
                array.forEach(each -> said.add(absentAsNull(each)));
                yield said;
            }
            default -> node.isTextual() && node.textValue().isEmpty() ? NODES.nullNode() : node;
        };
    }

    /// A value of a bean.
    @SuppressWarnings("JavaUtilDate") // The open types of JMX have no other date.
    static JsonNode of(@Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case CompositeData data -> {
                ObjectNode fields = NODES.objectNode();
                data.getCompositeType()
                        .keySet()
                        .forEach(key -> fields.set(JsonNames.key(key), of(data.get(key))));
                yield fields;
            }
            case TabularData table -> array(table.values());
            case Object[] all -> array(Arrays.asList(all));
            case Date date -> NODES.textNode(date.toInstant().toString());
            default -> JsonNames.MAPPER.valueToTree(value);
        };
    }

    private static ArrayNode array(Iterable<?> values) {
        ArrayNode array = NODES.arrayNode();
        values.forEach(each -> array.add(of(each)));
        return array;
    }

    /// What a cell of a table shows of it: a figure, yes or no, or words.
    static Object cell(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.numberValue();
            case NULL, MISSING -> "";
            default -> value.asText();
        };
    }

    /// The cells of a row.
    static Object[] cells(JsonNode row, String... keys) {
        return Arrays.stream(keys).map(key -> cell(row.path(key))).toArray();
    }

    /// The texts of a list.
    static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }
}
