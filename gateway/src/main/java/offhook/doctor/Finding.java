package offhook.doctor;

import java.util.Locale;
import java.util.OptionalInt;

/// Something that was wrong with a call, or that explains what might be taken for it.
///
/// @param leg which leg; empty: the whole call
/// @param fromNanos since when, by the gateway's monotonic clock
/// @param toNanos until when
/// @param text who noticed what, how much of it, and the likely cause
record Finding(
        Rule rule,
        Severity severity,
        OptionalInt leg,
        Direction direction,
        long fromNanos,
        long toNanos,
        String text) {

    /// How much it matters, the least first.
    enum Severity {
        /// No fault; explains what might look like one.
        INFO,
        FAIR,
        BAD,
        /// It kept the call from coming about.
        FAILED;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Which way, seen from the gateway.
    enum Direction {
        /// From the leg's peer to us.
        IN,
        /// From us to the leg's peer.
        OUT,
        BOTH;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    long nanos() {
        return toNanos - fromNanos;
    }
}
