package offhook.ops;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Keeps the values of a label few and plain, whatever is said: each value is a time series that is
/// kept for ever. Any thread.
final class KnownLabels {

    /// More than the gateway has words for; the rest is somebody else's invention.
    static final int MOST = 64;

    static final String OTHER = "other";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /// The value itself while there is room for it.
    String of(String value) {
        if (!PLAIN.matcher(value).matches()) {
            return OTHER;
        }
        if (known.contains(value)) {
            return value;
        }
        // Two threads may let in one more than that: of no matter.
        return known.size() < MOST && known.add(value)
                ? value
                : known.contains(value) ? value : OTHER;
    }
}
