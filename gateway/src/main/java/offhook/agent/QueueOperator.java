package offhook.agent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import offhook.call.CallId;
import offhook.runtime.Owner;

/// What operators do to queues; it holds until it is taken back, or until the next start. Any
/// thread but the registry's; each method waits until it is done.
public final class QueueOperator {

    private static final long PATIENCE_MILLIS = 5000;

    private final Owner owner;
    private final CallerQueues queues;

    QueueOperator(Owner owner, CallerQueues queues) {
        this.owner = owner;
        this.queues = queues;
    }

    /// Lets nobody wait in a queue any more: who comes, and who waits and is not being rung for,
    /// goes on to its overflow. Or takes callers again.
    public void close(String queue, boolean wanted) {
        ask(() -> queues.close(queue, wanted));
    }

    /// Offers an agent no callers of a queue any more, or offers them again.
    ///
    /// @return false when the agent does not serve the queue
    public boolean pause(String queue, String agent, boolean wanted) {
        return ask(() -> queues.pause(queue, agent, wanted));
    }

    /// Has a caller go on to the overflow of its queue, as if it had waited for too long.
    ///
    /// @return false when it does not wait there, or an agent rings for it
    public boolean sendOn(String queue, CallId call) {
        return ask(() -> queues.sendOn(queue, call));
    }

    private boolean ask(Supplier<Boolean> what) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        if (!owner.post(() -> done.complete(what.get()))) {
            throw new IllegalStateException("the queues have too much to do");
        }
        try {
            return done.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the queues do not answer", e);
        }
    }
}
