package offhook.doctor;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/// Turns moments of the monotonic clock into those of the day, as both were when a call began: a
/// clock that is set meanwhile moves no event before another.
///
/// @param began by the wall clock
/// @param beganNanos the same moment by the monotonic clock
record Moments(Instant began, long beganNanos) {

    private static final DateTimeFormatter FULL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    /// By the wall clock.
    Instant at(long nanos) {
        return began.plusNanos(nanos - beganNanos);
    }

    /// ISO 8601 with milliseconds.
    String full(long nanos) {
        return FULL.format(at(nanos));
    }

    /// `14:02:11`, UTC; of another day than the call's with its date.
    String time(Instant when) {
        return (began.truncatedTo(ChronoUnit.DAYS).equals(when.truncatedTo(ChronoUnit.DAYS))
                        ? TIME
                        : DAY_AND_TIME)
                .format(when);
    }

    /// `14:02:11-14:02:19`, UTC.
    String span(long fromNanos, long toNanos) {
        String from = TIME.format(at(fromNanos));
        String to = TIME.format(at(toNanos));
        return from.equals(to) ? from : from + "-" + to;
    }
}
