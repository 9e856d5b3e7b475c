package offhook.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;

/// Values of beans as JSON knows them.
final class Plain {

    private Plain() {}

    @SuppressWarnings("JavaUtilDate") // The open types of JMX have no other date.
    static Object of(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case CompositeData data -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                data.getCompositeType().keySet().forEach(key -> fields.put(key, of(data.get(key))));
                yield fields;
            }
            case TabularData table -> {
                List<Object> rows = new ArrayList<>();
                table.values().forEach(row -> rows.add(of(row)));
                yield rows;
            }
            case Object[] all -> Arrays.stream(all).map(Plain::of).toList();
            case Date date -> date.toInstant().toString();
            // Unknown figures; JSON has no word for them.
            case Double number when number.isNaN() || number.isInfinite() -> "";
            default -> value;
        };
    }
}
