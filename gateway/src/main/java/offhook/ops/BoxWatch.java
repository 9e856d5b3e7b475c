package offhook.ops;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;

/// Notices when black boxes cannot be written: until one is written again, or none was to be for an
/// hour. On the thread that looks only.
public final class BoxWatch {

    private static final long FORGET_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Counters counters;
    private final NanoClock clock;
    private long failed;
    private long written;
    private long failedAtNanos;
    private boolean failing;

    public BoxWatch(Counters counters, NanoClock clock) {
        this.counters = counters;
        this.clock = clock;
    }

    /// What is wrong now.
    public Map<String, String> trouble() {
        long nowNanos = clock.nanoTime();
        long nowWritten = counters.get(Counter.BOXES_WRITTEN);
        long nowFailed = counters.get(Counter.BOXES_FAILED);
        if (nowFailed > failed) {
            failing = true;
            failedAtNanos = nowNanos;
        } else if (nowWritten > written || nowNanos - failedAtNanos > FORGET_NANOS) {
            failing = false;
        }
        failed = nowFailed;
        written = nowWritten;
        return failing
                ? Map.of("", "a black box could not be written, " + failed + " in all; see the log")
                : Map.of();
    }
}
