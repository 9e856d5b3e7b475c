package offhook.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// One JSON object (RFC 8259) as pages send it: of texts, whole numbers, truth values, and objects
/// of texts. Read strictly: bounded in depth, length and number of keys; duplicate keys and
/// trailing text are refused.
final class JsonFields {

    private static final int MAX_KEYS = 16;
    private static final int MAX_SHOWN_CHARS = 40;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(8)
                                    .maxNumberLength(20)
                                    .maxNameLength(64)
                                    .maxStringLength(65_536)
                                    .maxDocumentLength(65_536)
                                    .maxTokenCount(512)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build();

    /// String, Long, Boolean, a map of texts, or [Other] for what is none of them.
    private final Map<String, Object> values;

    private JsonFields(Map<String, Object> values) {
        this.values = values;
    }

    private enum Other {
        VALUE
    }

    /// Reads an object.
    static JsonFields read(String text) throws MessageException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return readObject(parser);
        } catch (IOException e) {
            // The parser's own words may quote the peer; ours do not.
            throw new MessageException(true, "not one JSON object within the limits");
        }
    }

    private static JsonFields readObject(JsonParser parser) throws IOException, MessageException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new MessageException(true, "not a JSON object");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            values.put(key, value(parser));
            if (values.size() > MAX_KEYS) {
                throw new MessageException(true, "too many keys");
            }
        }
        if (parser.nextToken() != null) {
            throw new MessageException(true, "text after the object");
        }
        return new JsonFields(values);
    }

    private static Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return parser.getBooleanValue();
        }
        if (token == JsonToken.START_OBJECT) {
            return texts(parser);
        }
        if (token == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        if (token == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        parser.skipChildren();
        return Other.VALUE;
    }

    /// The texts of an object; [Other] when it holds anything else.
    private static Object texts(JsonParser parser) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        boolean other = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_STRING) {
                texts.put(key, parser.getText());
            } else {
                other = true;
                parser.skipChildren();
            }
        }
        return other ? Other.VALUE : Collections.unmodifiableMap(texts);
    }

    /// Refuses keys other than these.
    void allowOnly(Set<String> keys) throws MessageException {
        for (String key : values.keySet()) {
            if (!keys.contains(key)) {
                throw new MessageException(false, "unknown key '" + shown(key) + "'");
            }
        }
    }

    /// Whether a key is there.
    boolean has(String key) {
        return values.containsKey(key);
    }

    /// The text behind a key, 1 to `maxChars` long.
    String text(String key, int maxChars) throws MessageException {
        String text = anyText(key, maxChars);
        if (text.isEmpty()) {
            throw new MessageException(false, "'" + key + "' must be a text that is not empty");
        }
        return text;
    }

    /// The text behind a key, which may be empty, at most `maxChars` long.
    String anyText(String key, int maxChars) throws MessageException {
        if (!(values.get(key) instanceof String text)) {
            throw new MessageException(false, "'" + key + "' must be a text that is not empty");
        }
        if (text.length() > maxChars) {
            throw new MessageException(
                    false, "'" + key + "' is longer than " + maxChars + " characters");
        }
        return text;
    }

    /// Whether a key is there and true.
    boolean flag(String key) throws MessageException {
        Object value = values.getOrDefault(key, false);
        if (!(value instanceof Boolean flag)) {
            throw new MessageException(false, "'" + key + "' must be true or false");
        }
        return flag;
    }

    /// The texts behind a key, by their own keys; none when the key is not there.
    Map<String, String> texts(String key, int max) throws MessageException {
        Object value = values.getOrDefault(key, Map.of());
        if (!(value instanceof Map<?, ?> map) || map.size() > max) {
            throw new MessageException(
                    false, "'" + key + "' must be an object of at most " + max + " texts");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        map.forEach((name, text) -> texts.put((String) name, (String) text));
        return texts;
    }

    /// The whole number behind a key, 0 to `max`.
    long number(String key, long max) throws MessageException {
        if (!(values.get(key) instanceof Long number) || number < 0 || number > max) {
            throw new MessageException(
                    false, "'" + key + "' must be a whole number from 0 to " + max);
        }
        return number;
    }

    /// A key as an error may quote it.
    static String shown(String key) {
        String safe = SafeText.of(key);
        return safe.length() <= MAX_SHOWN_CHARS ? safe : safe.substring(0, MAX_SHOWN_CHARS) + "…";
    }
}
