package offhook.ops;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/// The type of what a bean shows, with what records say of their components with [Described]: JMX
/// itself describes each item of composite data by its name. A unit has no place of its own there,
/// and follows the description after a comma. Any thread.
final class DescribedType {

    private DescribedType() {}

    /// The same type, described.
    ///
    /// @param plain as JMX made it
    /// @param java what it made it from
    static OpenType<?> of(OpenType<?> plain, Type java) {
        try {
            return switch (plain) {
                case CompositeType composite -> composite(composite, java);
                case TabularType table -> table(table, java);
                case ArrayType<?> array when !array.isPrimitiveArray() ->
                        new ArrayType<>(
                                array.getDimension(),
                                of(array.getElementOpenType(), element(java)));
                default -> plain;
            };
        } catch (OpenDataException e) {
            throw new IllegalStateException(plain + " cannot be described", e);
        }
    }

    /// A value of the described type.
    static Object value(Object plain, OpenType<?> described) {
        try {
            return switch (plain) {
                case CompositeData data when described instanceof CompositeType type ->
                        composite(data, type);
                case TabularData data when described instanceof TabularType type -> {
                    TabularDataSupport table = new TabularDataSupport(type);
                    for (Object row : data.values()) {
                        table.put(composite((CompositeData) row, type.getRowType()));
                    }
                    yield table;
                }
                case CompositeData[] all when described instanceof ArrayType<?> type ->
                        Arrays.stream(all)
                                .map(each -> value(each, type.getElementOpenType()))
                                .toArray(CompositeData[]::new);
                default -> plain;
            };
        } catch (OpenDataException e) {
            throw new IllegalStateException("a value is not of its own type", e);
        }
    }

    private static CompositeData composite(CompositeData data, CompositeType type)
            throws OpenDataException {
        Map<String, @Nullable Object> items = new LinkedHashMap<>();
        for (String key : type.keySet()) {
            Object item = data.get(key);
            items.put(key, item == null ? null : value(item, type.getType(key)));
        }
        return new CompositeDataSupport(type, items);
    }

    private static CompositeType composite(CompositeType plain, Type java)
            throws OpenDataException {
        if (!(java instanceof Class<?> type) || !type.isRecord()) {
            return plain;
        }
        return composite(
                plain,
                key -> text(component(type, key)),
                key -> component(type, key).getGenericType());
    }

    private static RecordComponent component(Class<?> type, String name) {
        return Arrays.stream(type.getRecordComponents())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static CompositeType composite(
            CompositeType plain, Function<String, String> text, Function<String, Type> java)
            throws OpenDataException {
        Set<String> keys = plain.keySet();
        return new CompositeType(
                plain.getTypeName(),
                plain.getDescription(),
                keys.toArray(String[]::new),
                keys.stream().map(text).toArray(String[]::new),
                keys.stream()
                        .map(key -> of(plain.getType(key), java.apply(key)))
                        .toArray(OpenType<?>[]::new));
    }

    private static String text(RecordComponent component) {
        Described described = component.getAnnotation(Described.class);
        if (described == null) {
            return component.getName();
        }
        return described.units().isEmpty()
                ? described.value()
                : described.value() + ", " + described.units();
    }

    /// Of a map, which JMX shows as rows of a `key` and a `value`.
    private static TabularType table(TabularType plain, Type java) throws OpenDataException {
        if (!(java instanceof ParameterizedType map)) {
            return plain;
        }
        List<Type> types = List.of(map.getActualTypeArguments());
        CompositeType row =
                composite(
                        plain.getRowType(),
                        key -> key.equals("key") ? "What the value is of" : "What is shown of it",
                        key -> types.get(key.equals("key") ? 0 : 1));
        return new TabularType(
                plain.getTypeName(),
                plain.getDescription(),
                row,
                plain.getIndexNames().toArray(String[]::new));
    }

    private static Type element(Type java) {
        return switch (java) {
            case ParameterizedType list -> list.getActualTypeArguments()[0];
            case Class<?> array when array.isArray() -> array.getComponentType();
            default -> java;
        };
    }
}
