package offhook.agent;

import offhook.call.QueueExit;

/// How a queue stands, for those who watch.
///
/// @param waiting callers that talk to nobody yet, those that an agent rings for included
/// @param oldestNanos when the first of them came, on the gateway's monotonic clock; 0 without any
/// @param answered callers that came to talk to an agent, since the start
/// @param abandoned callers that hung up before
/// @param overflowed callers that the queue did not serve: it was full, had no agents, or they
///   waited for too long
public record QueueFigures(
        int waiting, long oldestNanos, long answered, long abandoned, long overflowed) {

    static final QueueFigures NONE = new QueueFigures(0, 0, 0, 0, 0);

    QueueFigures withLine(int inLine, long firstNanos) {
        return new QueueFigures(inLine, firstNanos, answered, abandoned, overflowed);
    }

    /// One more caller came out.
    QueueFigures with(QueueExit exit) {
        return switch (exit) {
            case ANSWERED ->
                    new QueueFigures(waiting, oldestNanos, answered + 1, abandoned, overflowed);
            case ABANDONED ->
                    new QueueFigures(waiting, oldestNanos, answered, abandoned + 1, overflowed);
            case OVERFLOWED ->
                    new QueueFigures(waiting, oldestNanos, answered, abandoned, overflowed + 1);
        };
    }
}
