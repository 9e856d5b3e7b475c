package offhook.agent;

import java.util.List;

/// A queue, for those who watch.
///
/// @param strategy who is rung, as the configuration has it
/// @param agents who serves it, by sign-in name
/// @param free how many of them could be offered a call now
public record QueueStatus(String strategy, List<String> agents, int free, QueueFigures figures) {}
