package offhook.blackbox;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import offhook.config.Secret;
import offhook.trace.Redaction;
import org.jspecify.annotations.Nullable;

/// The settings that the gateway runs with, as lines of `key: value`, without secrets. It is what
/// was understood of the file, defaults included.
final class SettingsText {

    private static final String REMOVED = "***";

    private static final String HEAD =
            """
            # The settings that the gateway runs with, defaults included, as it holds them. It is no
            # gateway.yaml: some names and groups are others there, and times have a unit here
            # (PT30S is 30 seconds). What may be written is in conf/gateway.yaml.
            """;

    /// Also where a setting is no [Secret] by type, as the hashes of passwords.
    private static final Pattern SECRET =
            Pattern.compile("(?i)(?<!max)(password|secret|hash|token$|privatekey)");

    /// Drivers take passwords there, under names that nobody knows all of.
    private static final Pattern DATABASE_QUERY = Pattern.compile("^(jdbc:[^?]*)\\?.*");

    private final StringBuilder out = new StringBuilder(8_192);

    private SettingsText() {}

    static String of(Record settings) {
        SettingsText text = new SettingsText();
        text.out.append(HEAD);
        text.components(settings, "");
        return Redaction.ofText(text.out.toString());
    }

    private void components(Record record, String indent) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            entry(key(component.getName()), value(record, component), indent);
        }
    }

    /// `browserCodecs` is written `browser-codecs`.
    private static String key(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static @Nullable Object value(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a record that cannot be read", e);
        }
    }

    private void entry(String key, @Nullable Object value, String indent) {
        Object plain =
                value instanceof Optional<?> maybe
                        ? maybe.map(Object.class::cast).orElse("")
                        : value;
        switch (plain) {
            case Secret _ -> line(indent, key, REMOVED);
            case Record record -> {
                line(indent, key, "");
                components(record, indent + "  ");
            }
            case Collection<?> items -> items(key, items, indent);
            case Map<?, ?> map -> {
                line(indent, key, "");
                map.forEach((name, each) -> entry(String.valueOf(name), each, indent + "  "));
            }
            case InetAddress address -> line(indent, key, address.getHostAddress());
            case null -> line(indent, key, "");
            default -> {
                String text = DATABASE_QUERY.matcher(String.valueOf(plain)).replaceAll("$1?***");
                line(indent, key, SECRET.matcher(key).find() && !text.isEmpty() ? REMOVED : text);
            }
        }
    }

    private void items(String key, Collection<?> items, String indent) {
        line(indent, key, items.isEmpty() ? "[]" : "");
        for (Object item : items) {
            if (item instanceof Record record) {
                out.append(indent).append("  -\n");
                components(record, indent + "    ");
            } else {
                entry("-", item, indent + "  ");
            }
        }
    }

    private void line(String indent, String key, String value) {
        out.append(indent).append(key).append(key.equals("-") ? " " : ": ").append(value);
        out.append('\n');
    }
}
