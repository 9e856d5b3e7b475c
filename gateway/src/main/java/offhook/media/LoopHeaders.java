package offhook.media;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import offhook.call.CallId;
import offhook.trace.HeaderCapture;
import offhook.trace.HeaderTape;

/// The door to what loops keep of packets' headers. Any thread.
final class LoopHeaders implements HeaderCapture {

    private static final long PATIENCE_MILLIS = 5_000;

    private final List<MediaLoop> loops;
    private final List<LegTable> tables;
    private final MediaWatchers watchers;

    LoopHeaders(List<MediaLoop> loops, List<LegTable> tables, MediaWatchers watchers) {
        this.loops = loops;
        this.tables = tables;
        this.watchers = watchers;
    }

    @Override
    public void call(CallId call, boolean on) {
        ask(
                call,
                keeper -> {
                    if (on) {
                        keeper.keep(call);
                    } else {
                        keeper.rest(call);
                    }
                });
    }

    @Override
    public void trunk(String name, boolean on) {
        watchers.keepTrunk(name, on);
    }

    @Override
    public void all(boolean on) {
        watchers.keepAll(on);
    }

    @Override
    public Optional<HeaderTape> headers(CallId call) {
        CompletableFuture<Optional<HeaderRing>> answer = new CompletableFuture<>();
        if (!ask(call, keeper -> answer.complete(keeper.copy(call)))) {
            return Optional.empty();
        }
        try {
            return answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).map(HeaderRing::tape);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException _) {
            // The loop is overloaded or gone; a box without headers is better than none.
            return Optional.empty();
        }
    }

    private boolean ask(CallId call, Consumer<HeaderKeeper> what) {
        int index = MediaEngine.indexOf(call, loops.size());
        LegTable table = tables.get(index);
        return loops.get(index).offer(() -> what.accept(table.headers()));
    }
}
