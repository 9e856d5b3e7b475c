package offhook.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One mapping of the file while it is written, the counterpart of [Section]. A value that is not
/// there leaves its key out; a secret leaves [#REMOVED] in its place.
final class WrittenSection {

    /// A reference that nothing answers: whoever takes a text with it for a configuration is told
    /// so at the start, where any other word would be taken for the secret itself.
    static final String REMOVED = "${REMOVED}";

    /// Drivers take passwords there, under names that nobody knows all of.
    private static final Pattern DATABASE_QUERY = Pattern.compile("^(postgresql://[^?]*\\?).*");

    private final Map<String, Object> keys = new LinkedHashMap<>();

    WrittenSection put(String key, Object value) {
        keys.put(key, plain(value));
        return this;
    }

    WrittenSection put(String key, Optional<?> value) {
        value.ifPresent(present -> put(key, present));
        return this;
    }

    WrittenSection put(String key, OptionalInt value) {
        value.ifPresent(present -> put(key, present));
        return this;
    }

    WrittenSection put(String key, OptionalDouble value) {
        value.ifPresent(present -> put(key, present));
        return this;
    }

    /// For lists that may be left out and not be empty.
    WrittenSection putUnlessEmpty(String key, Collection<?> values) {
        return values.isEmpty() ? this : put(key, values);
    }

    /// For what may be one value or a list of them.
    WrittenSection putOneOrList(String key, Collection<?> values) {
        return values.size() == 1 ? put(key, values.iterator().next()) : put(key, values);
    }

    /// For what is there or `off`.
    WrittenSection putOrOff(String key, Optional<?> value) {
        return put(key, value.<Object>map(present -> present).orElse("off"));
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /// As maps, lists and scalars.
    Map<String, Object> plain() {
        return keys;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case WrittenSection section -> section.plain();
            case Secret _ -> REMOVED;
            case Boolean flag -> flag;
            case Integer number -> number;
            case Long number -> number;
            case Double number -> number;
            case String text -> text(text);
            case Path path -> text(path.toString());
            case Duration time -> time.toSeconds();
            case Cidr block -> block.toString();
            case InetAddress address -> address.getHostAddress();
            case InetSocketAddress address -> socket(address);
            case Listen listen -> listen.scheme() + "://" + socket(listen.address());
            case Collection<?> values -> values.stream().map(WrittenSection::plain).toList();
            default -> throw new IllegalStateException("no way to write a " + value.getClass());
        };
    }

    private static String socket(InetSocketAddress address) {
        return host(address.getAddress()) + ":" + address.getPort();
    }

    private static String host(InetAddress address) {
        return address instanceof Inet6Address
                ? "[" + address.getHostAddress() + "]"
                : address.getHostAddress();
    }

    /// A text that stands for no reference, without the passwords that URLs can have.
    private static String text(String text) {
        String literal = text.replace("${", "$${");
        String masked = Value.withoutPassword(literal, REMOVED);
        return DATABASE_QUERY
                .matcher(masked)
                .replaceFirst("$1" + Matcher.quoteReplacement(REMOVED));
    }
}
