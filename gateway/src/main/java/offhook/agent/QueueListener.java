package offhook.agent;

import offhook.call.QueueExit;

/// Is told of callers who come out of queues, on the registry's owner: it must not wait.
@FunctionalInterface
public interface QueueListener {

    /// A caller came out of a queue.
    ///
    /// @param waitedNanos since it came; 0 when it was not let in
    void left(String queue, QueueExit exit, long waitedNanos);
}
