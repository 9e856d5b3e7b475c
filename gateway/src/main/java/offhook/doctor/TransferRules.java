package offhook.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import offhook.call.CallEvent;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.TransferReport;
import offhook.doctor.Finding.Direction;
import offhook.doctor.Finding.Severity;
import org.jspecify.annotations.Nullable;

/// The rule of transfers that came to nothing. Owned by the doctor.
final class TransferRules {

    private static final int MOST = 20;

    /// What ends with a transfer ends so soon after it.
    private static final long AT_ONCE_NANOS = 100_000_000L;

    /// Somebody changed its mind, or hung up: that is no fault.
    private static final Set<String> WANTED =
            Set.of("hang-up", "cancelled", "transferred", "replaced", "moved");

    private final Cast cast;
    private final Supplier<Attempts> newAttempts;
    private final List<Finding> findings = new ArrayList<>();
    private @Nullable Asked asked;

    /// A transfer that goes on.
    private record Asked(LegId leg, String target, long atNanos, Attempts attempts) {}

    TransferRules(Cast cast, Supplier<Attempts> newAttempts) {
        this.cast = cast;
        this.newAttempts = newAttempts;
    }

    void happened(CallEvent event, long at) {
        Asked now = asked;
        if (now != null) {
            now.attempts.happened(event, at);
        }
        switch (event) {
            case CallEvent.TransferWanted wanted -> {
                // A second one while one goes on is refused, and the first one goes on.
                if (now == null) {
                    asked = new Asked(wanted.leg(), wanted.order().target(), at, newAttempts.get());
                }
            }
            case CallEvent.TransferGoes(LegId leg, TransferReport report)
                    when now != null && now.leg.equals(leg) ->
                    goes(now, report, at);
            default -> {
                // Of no transfer.
            }
        }
    }

    private void goes(Asked now, TransferReport report, long at) {
        switch (report) {
            case TransferReport.Failed(EndCause cause) -> over(now, " failed: ", cause, at);
            case TransferReport.Refused(EndCause cause) -> {
                if (!cause.reason().equals("not-now")) {
                    over(now, " was refused: ", cause, at);
                }
            }
            case TransferReport.Done _ -> asked = null;
            case TransferReport.Trying _, TransferReport.Ringing _, TransferReport.Consulting _ -> {
                // It goes on.
            }
        }
    }

    private void over(Asked now, String how, EndCause cause, long at) {
        asked = null;
        if (!WANTED.contains(cause.reason())) {
            add(now, Severity.FAIR, text(now, how, cause, at) + "; the call went on", at);
        }
    }

    private String text(Asked now, String how, EndCause cause, long at) {
        return "the transfer by "
                + cast.person(now.leg.index())
                + " to "
                + now.target
                + how
                + now.attempts.explain(Words.of(cause), cause, now.atNanos, at);
    }

    private void add(Asked now, Severity severity, String text, long at) {
        if (findings.size() < MOST) {
            findings.add(
                    new Finding(
                            Rule.TRANSFER,
                            severity,
                            OptionalInt.of(now.leg.index()),
                            Direction.BOTH,
                            at,
                            at,
                            text));
        }
    }

    /// The call is over.
    ///
    /// @return whether a transfer ended it that came to nothing when who asked for it had gone
    boolean ended(EndCause cause, long at) {
        Asked now = asked;
        asked = null;
        if (now == null) {
            findings.removeIf(each -> at - each.toNanos() < AT_ONCE_NANOS);
            return false;
        }
        if (WANTED.contains(cause.reason())) {
            return false;
        }
        add(
                now,
                Severity.BAD,
                text(now, " failed: ", cause, at) + "; nobody was left to take the call back",
                at);
        return true;
    }

    List<Finding> findings() {
        return findings;
    }
}
