package offhook.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import offhook.doctor.Finding.Direction;
import offhook.doctor.Finding.Severity;
import offhook.runtime.Standstill;

/// The times in which the gateway itself stood still while a call lived, and what they explain: a
/// gateway that stands hears nothing, and hears late what has come meanwhile, from everybody at
/// once. Whoever is at the other end is not to be blamed for that. Pure.
final class Standstills {

    private static final long SECOND_NANOS = 1_000_000_000L;

    /// In which nobody is heard for so long, people ask whether the other one is still there.
    private static final long BAD_NANOS = SECOND_NANOS;

    /// Those that follow on each other as fast are told as one.
    private static final long GAP_NANOS = 3 * SECOND_NANOS;

    /// Figures are of whole seconds, and looked at up to a second later.
    private static final long BEFORE_NANOS = 3 * SECOND_NANOS / 2;

    /// So long after it packets come again, at the latest.
    private static final long AGAIN_NANOS = 2 * SECOND_NANOS;

    /// Buffers and mean values have forgotten it so long after it.
    private static final long SETTLED_NANOS = 4 * SECOND_NANOS;

    /// What a peer or a page reports is of the time since the report before, or of the latest
    /// packets; a round trip that we were asleep in stands until the next report (RFC 3550 §6.2).
    private static final long REPORT_BEFORE_NANOS = 9 * SECOND_NANOS;

    private static final long REPORT_AFTER_NANOS = 10 * SECOND_NANOS;

    /// What is left of a finding that is explained.
    private static final long REST_NANOS = SECOND_NANOS;

    private static final int MOST = 50;

    private final List<Row> rows = new ArrayList<>();
    private long seenNanos;

    /// @param beganNanos what was before is of no interest
    Standstills(long beganNanos) {
        seenNanos = beganNanos;
    }

    /// Some that followed on each other.
    ///
    /// @param standingNanos for how long in all
    private record Row(long fromNanos, long toNanos, int times, long standingNanos) {

        Row and(Standstill next) {
            return new Row(fromNanos, next.toNanos(), times + 1, standingNanos + next.nanos());
        }
    }

    /// Takes in the last ones, the oldest first; those that were there before count once.
    void note(List<Standstill> latest) {
        for (Standstill each : latest) {
            if (each.toNanos() - seenNanos > 0) {
                seenNanos = each.toNanos();
                add(each);
            }
        }
    }

    private void add(Standstill one) {
        if (!rows.isEmpty() && one.fromNanos() - rows.getLast().toNanos() <= GAP_NANOS) {
            rows.addLast(rows.removeLast().and(one));
        } else if (rows.size() < MOST) {
            rows.add(new Row(one.fromNanos(), one.toNanos(), 1, one.nanos()));
        }
    }

    /// What is to be said of them, in a talk of that time.
    List<Finding> found(long talkFrom) {
        return rows.stream()
                .filter(row -> row.toNanos - talkFrom > 0)
                .map(row ->
                        new Finding(
                                Rule.STOOD_STILL,
                                row.standingNanos >= BAD_NANOS ? Severity.BAD : Severity.FAIR,
                                OptionalInt.empty(),
                                Direction.BOTH,
                                row.fromNanos,
                                row.toNanos,
                                text(row)))
                .toList();
    }

    private static String text(Row row) {
        double seconds = (double) row.standingNanos / SECOND_NANOS;
        return "the gateway stood still "
                + (row.times == 1
                        ? String.format(Locale.ROOT, "for %.1f s", seconds)
                        : String.format(Locale.ROOT, "%d times, %.1f s in all", row.times, seconds))
                + ": nothing was sent or heard on either side; its machine had no CPU for it or was"
                + " paused, or Java cleared its memory";
    }

    /// Whether that is what a finding of a leg comes from, all but a rest that is too short to
    /// tell.
    boolean explain(Finding finding) {
        return switch (finding.rule()) {
            case PACKETS_STOPPED, NO_MEDIA, AWAY -> cover(finding, BEFORE_NANOS, AGAIN_NANOS);
            case LOSS_IN, LATE_IN, JITTER_IN -> cover(finding, BEFORE_NANOS, SETTLED_NANOS);
            case DELAY, ROUND_TRIP, LOSS_OUT, JITTER_OUT ->
                    isOfAReport(finding) && cover(finding, REPORT_BEFORE_NANOS, REPORT_AFTER_NANOS);
            default -> false;
        };
    }

    /// What several reports say has another cause than one standstill.
    private boolean isOfAReport(Finding finding) {
        long standing = rows.stream().mapToLong(Row::standingNanos).sum();
        return finding.nanos() <= REPORT_AFTER_NANOS + standing;
    }

    private boolean cover(Finding finding, long before, long after) {
        long reached = finding.fromNanos();
        long rest = 0;
        for (Row row : rows) {
            long from = row.fromNanos - before;
            long to = row.toNanos + after;
            if (from - finding.toNanos() > 0 || to - reached < 0) {
                continue;
            }
            rest += Math.max(0, from - reached);
            reached = to;
        }
        boolean any = reached != finding.fromNanos();
        return any && rest + Math.max(0, finding.toNanos() - reached) <= REST_NANOS;
    }
}
