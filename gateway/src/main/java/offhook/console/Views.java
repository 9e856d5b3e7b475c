package offhook.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/// Turns what the beans show into JSON: each attribute by its name in lower case with dashes, so
/// that what JMX learns the page and scripts learn, too. What nobody measured (NaN) is null.
final class Views {

    static final ObjectMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(double.class, new Measured())
                                    .addSerializer(Double.class, new Measured()))
                    .build();

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

    /// A figure in thousandths; null when it is unknown.
    private static final class Measured extends JsonSerializer<Double> {

        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider all)
                throws IOException {
            if (Double.isFinite(value)) {
                json.writeNumber(Math.round(value * 1000) / 1000.0);
            } else {
                json.writeNull();
            }
        }
    }
}
