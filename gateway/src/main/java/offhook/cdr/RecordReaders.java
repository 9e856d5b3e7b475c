package offhook.cdr;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import offhook.runtime.Threads;

/// The few platform threads that read the records for those on virtual threads.
///
/// SQLite searches inside one native call until the next row fits. Whoever makes it from a virtual
/// thread holds a carrier for as long, and as many of them as there are processors hold all virtual
/// threads of the process: the calls, and those who would end the search.
public final class RecordReaders {

    private final Semaphore free;
    private final Executor threads;

    /// @param most how many read at one time
    public RecordReaders(int most) {
        this.free = new Semaphore(most);
        this.threads = Threads.platformPool("records-reader-", most);
    }

    /// Has one of them read, and waits for it, whether interrupted or not. Any thread.
    ///
    /// @param reading opens, reads and closes the archive
    /// @return what was made of it; empty when none of them is free, and nothing was read
    public <T> Optional<T> read(Supplier<T> reading) {
        if (!free.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CompletableFuture.supplyAsync(reading, threads).join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException defect ? defect : e;
        } finally {
            free.release();
        }
    }
}
