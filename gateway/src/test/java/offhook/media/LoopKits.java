package offhook.media;

import java.util.Random;
import offhook.net.PacketBuffer;
import offhook.rtp.NtpTime;
import offhook.telemetry.Counters;

/// Kits of loops for tests, with randomness that is the same each time.
final class LoopKits {

    /// The first moment of 2026.
    private static final long NEW_YEAR_MILLIS = 1_767_225_600_000L;

    private LoopKits() {}

    /// Of a loop without sockets, which lives in 2026.
    static LoopKit dry(MediaLoop loop, Counters counters) {
        return kit(loop, null, null, new NtpTime(NEW_YEAR_MILLIS, 0), counters);
    }

    /// Of a loop whose trunk legs have ports.
    static LoopKit of(MediaLoop loop, RtpHosts hosts, Counters counters) {
        return of(loop, hosts, null, counters);
    }

    /// Of a loop whose trunk legs have ports, and to which browsers come by one.
    static LoopKit of(MediaLoop loop, RtpHosts hosts, BrowserPort port, Counters counters) {
        return kit(loop, hosts, port, new NtpTime(0, loop.nowNanos()), counters);
    }

    private static LoopKit kit(
            MediaLoop loop, RtpHosts hosts, BrowserPort port, NtpTime time, Counters counters) {
        return new LoopKit(
                loop,
                hosts,
                port,
                new PacketBuffer(),
                new PacketBuffer(),
                time,
                new Random(8),
                counters,
                120);
    }
}
