package offhook.doctor;

import java.util.Comparator;
import java.util.List;
import offhook.doctor.CallVerdict.Level;
import offhook.doctor.Finding.Severity;

/// Makes one line of all that was found. Pure.
final class Judge {

    /// What takes up less than this share of the talk counts one degree less.
    private static final double SHORT_SHARE = 0.02;

    /// The worst first, then the longest.
    static final Comparator<Finding> WORST_FIRST =
            Comparator.comparing(Finding::severity).thenComparingLong(Finding::nanos).reversed();

    private Judge() {}

    /// @param findings the worst first
    /// @param talkNanos for how long people talked
    /// @param unmeasured why nobody can say that all was well, in words; empty: enough was heard of
    ///   both sides
    /// @param unknown what nobody measured, in words; may be empty
    static CallVerdict of(
            List<Finding> findings,
            Moments moments,
            long talkNanos,
            String unmeasured,
            String unknown) {
        List<Finding> faults =
                findings.stream().filter(each -> each.severity() != Severity.INFO).toList();
        if (faults.isEmpty()) {
            return unmeasured.isEmpty()
                    ? new CallVerdict(Level.GOOD, "nothing wrong was measured" + also(unknown))
                    : new CallVerdict(Level.UNKNOWN, unmeasured);
        }
        Level level = Level.GOOD;
        for (Finding each : faults) {
            Level said = level(each, talkNanos);
            level = said.compareTo(level) > 0 ? said : level;
        }
        Finding worst = faults.getFirst();
        String when =
                worst.severity() == Severity.FAILED
                        ? ""
                        : moments.span(worst.fromNanos(), worst.toNanos()) + " ";
        String complaint = when + worst.text() + more(faults.size() - 1);
        if (level != Level.GOOD) {
            return new CallVerdict(level, complaint);
        }
        String but = ", but for " + Words.lasting(lasted(faults)) + ": " + complaint;
        return unmeasured.isEmpty()
                ? new CallVerdict(Level.GOOD, "nothing wrong was measured" + but + also(unknown))
                : new CallVerdict(Level.UNKNOWN, unmeasured + but);
    }

    /// For how long anything was wrong: what was so at the same time counts once.
    private static long lasted(List<Finding> faults) {
        long all = 0;
        long counted = Long.MIN_VALUE;
        for (Finding each :
                faults.stream().sorted(Comparator.comparingLong(Finding::fromNanos)).toList()) {
            all += Math.max(0, each.toNanos() - Math.max(each.fromNanos(), counted));
            counted = Math.max(counted, each.toNanos());
        }
        return all;
    }

    private static String more(int others) {
        return switch (others) {
            case 0 -> "";
            case 1 -> " (and 1 more finding)";
            default -> " (and " + others + " more findings)";
        };
    }

    private static Level level(Finding finding, long talkNanos) {
        return switch (finding.severity()) {
            case INFO -> Level.GOOD;
            case FAILED -> Level.FAILED;
            case FAIR -> isShort(finding, talkNanos) ? Level.GOOD : Level.FAIR;
            case BAD -> isShort(finding, talkNanos) ? Level.FAIR : Level.BAD;
        };
    }

    private static boolean isShort(Finding finding, long talkNanos) {
        return finding.nanos() > 0 && finding.nanos() < SHORT_SHARE * talkNanos;
    }

    private static String also(String unknown) {
        return unknown.isEmpty() ? "" : "; " + unknown;
    }
}
