package offhook.cdr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;

/// Writes and reads what the journal and the columns hold as JSON.
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectReader ENTRY = MAPPER.readerFor(Entry.class);

    private Json() {}

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record cannot be written", e);
        }
    }

    static JsonNode tree(String text) throws JsonProcessingException {
        return MAPPER.readTree(text);
    }

    static Entry entry(String line) throws JsonProcessingException {
        return ENTRY.readValue(line);
    }
}
