package offhook.doctor;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Turns moments of the monotonic clock into those of the day, as both were when a call began: a
/// clock that is set meanwhile moves no event before another.
///
/// @param began by the wall clock
/// @param beganNanos the same moment by the monotonic clock
record Moments(Instant began, long beganNanos) {

    private static final DateTimeFormatter FULL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    private Instant at(long nanos) {
        return began.plusNanos(nanos - beganNanos);
    }

    /// ISO 8601 with milliseconds.
    String full(long nanos) {
        return FULL.format(at(nanos));
    }

    /// `14:02:11-14:02:19`, UTC.
    String span(long fromNanos, long toNanos) {
        String from = TIME.format(at(fromNanos));
        String to = TIME.format(at(toNanos));
        return from.equals(to) ? from : from + "-" + to;
    }
}
