package offhook.rtp;

/// Says what the loop's clock is in NTP time (RFC 3550 §4): 32 bits of seconds since 1900 and 32 of
/// their fraction. The two are tied once, so that NTP time never jumps within a call.
public final class NtpTime {

    private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long unixNanosAtOrigin;
    private final long originNanos;

    /// At `originNanos` of the loop's clock it is `unixMillis`.
    public NtpTime(long unixMillis, long originNanos) {
        this.unixNanosAtOrigin = unixMillis * 1_000_000;
        this.originNanos = originNanos;
    }

    /// The 64-bit NTP timestamp of a moment of the loop's clock.
    public long at(long nowNanos) {
        long unixNanos = unixNanosAtOrigin + (nowNanos - originNanos);
        long seconds = Math.floorDiv(unixNanos, NANOS_PER_SECOND);
        long nanos = Math.floorMod(unixNanos, NANOS_PER_SECOND);
        return ((seconds + SECONDS_1900_TO_1970) << 32) | ((nanos << 32) / NANOS_PER_SECOND);
    }

    /// The middle 32 bits, the unit of LSR and DLSR: 1/65536 s.
    public static int middle(long ntp) {
        return (int) (ntp >> 16);
    }

    /// A span in 1/65536 s as nanoseconds.
    public static long nanosOf(long shortUnits) {
        return (shortUnits * NANOS_PER_SECOND) >> 16;
    }

    /// A span of nanoseconds in 1/65536 s.
    public static long shortUnitsOf(long nanos) {
        return (nanos << 16) / NANOS_PER_SECOND;
    }
}
