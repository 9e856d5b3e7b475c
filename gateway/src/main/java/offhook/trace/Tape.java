package offhook.trace;

import java.util.List;

/// What was recorded of a call.
///
/// @param messages in the order of their times
/// @param names the Call-IDs of its conversations, the oldest first
/// @param leftOut messages that were too many to be kept
public record Tape(List<Recorded> messages, List<String> names, int leftOut) {

    /// Of a call of which nothing passed.
    public static final Tape EMPTY = new Tape(List.of(), List.of(), 0);

    public Tape {
        messages = List.copyOf(messages);
        names = List.copyOf(names);
    }
}
