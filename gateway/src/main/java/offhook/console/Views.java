package offhook.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import offhook.ops.JsonNames;

/// Turns what the beans show into JSON.
final class Views {

    static final ObjectMapper JSON = JsonNames.MAPPER;

    private Views() {}

    /// What a bean shows.
    ///
    /// @param type the interface that says what that is
    static <B> ObjectNode of(Class<B> type, B bean) {
        try {
            return (ObjectNode) JSON.readTree(JSON.writerFor(type).writeValueAsBytes(bean));
        } catch (IOException e) {
            throw new IllegalStateException("a bean cannot be written", e);
        }
    }
}
