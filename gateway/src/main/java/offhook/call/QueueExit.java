package offhook.call;

/// How a caller came out of a queue.
public enum QueueExit {
    /// It talks to an agent.
    ANSWERED,
    /// It is gone.
    ABANDONED,
    /// It waited as long as the queue allows, and is tried elsewhere or refused.
    OVERFLOWED
}
