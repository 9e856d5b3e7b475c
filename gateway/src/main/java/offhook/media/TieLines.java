package offhook.media;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import offhook.call.LegId;

/// The lines between legs of different calls, where the two find each other. Any thread.
final class TieLines {

    /// A line and how many of its two ends are open.
    private record Held(TieLine line, int ends) {}

    private final Map<LegId, Held> lines = new ConcurrentHashMap<>();

    /// The line by its name; [#close] is to follow.
    TieLine open(LegId name) {
        return lines.merge(
                        name,
                        new Held(new TieLine(), 1),
                        (held, _) -> new Held(held.line(), held.ends() + 1))
                .line();
    }

    /// One of those that opened a line needs it no more.
    void close(LegId name) {
        lines.computeIfPresent(
                name,
                (_, held) -> held.ends() == 1 ? null : new Held(held.line(), held.ends() - 1));
    }
}
