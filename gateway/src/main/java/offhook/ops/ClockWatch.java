package offhook.ops;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import offhook.runtime.NanoClock;

/// Notices when the wall clock of the machine goes another way than time: certificates, tokens and
/// logs are dated by it. Calls are not, they go on. On the thread that looks only.
public final class ClockWatch {

    private static final long JUMP_MILLIS = 2_000;

    private final NanoClock clock;
    private final InstantSource wallClock;
    private long atNanos;
    private long atMillis;

    public ClockWatch(NanoClock clock, InstantSource wallClock) {
        this.clock = clock;
        this.wallClock = wallClock;
        this.atNanos = clock.nanoTime();
        this.atMillis = wallClock.millis();
    }

    /// What happened since the last look.
    public Map<String, String> jump() {
        long nowNanos = clock.nanoTime();
        long nowMillis = wallClock.millis();
        long passed = TimeUnit.NANOSECONDS.toMillis(nowNanos - atNanos);
        long jumped = nowMillis - atMillis - passed;
        atNanos = nowNanos;
        atMillis = nowMillis;
        return Math.abs(jumped) < JUMP_MILLIS
                ? Map.of()
                : Map.of("", "the clock of this machine jumped by " + jumped + " ms");
    }
}
