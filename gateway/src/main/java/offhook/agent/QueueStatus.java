package offhook.agent;

import java.util.List;

/// A queue, for those who watch.
///
/// @param strategy who is rung, as the configuration has it
/// @param agents who serves it, by sign-in name
/// @param free how many of them could be offered a call now
/// @param closed whether an operator lets nobody wait in it
/// @param paused those of the agents whom an operator offers no caller of it
/// @param callers who wait, the first first
public record QueueStatus(
        String strategy,
        List<String> agents,
        int free,
        QueueFigures figures,
        boolean closed,
        List<String> paused,
        List<QueueCaller> callers) {

    public QueueStatus {
        agents = List.copyOf(agents);
        paused = List.copyOf(paused);
        callers = List.copyOf(callers);
    }

    /// Of a queue that is configured no more.
    static QueueStatus leftOut(QueueFigures figures, List<QueueCaller> callers) {
        return new QueueStatus("", List.of(), 0, figures, true, List.of(), callers);
    }
}
