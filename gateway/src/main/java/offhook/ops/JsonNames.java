package offhook.ops;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;

/// How what the beans show is said in JSON, by the API of the operations page and by commands
/// alike: each thing by its name in lower case with dashes, so that what JMX learns they learn,
/// too. What nobody measured (NaN) is null. Any thread.
public final class JsonNames {

    /// Writes records and beans so.
    public static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(double.class, new Measured())
                                    .addSerializer(Double.class, new Measured()))
                    .build();

    private static final PropertyNamingStrategies.KebabCaseStrategy DASHES =
            new PropertyNamingStrategies.KebabCaseStrategy();

    private JsonNames() {}

    /// The key of an attribute or an item: `LateTicks` and `lateTicks` are `late-ticks`.
    public static String key(String name) {
        return DASHES.translate(name);
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
