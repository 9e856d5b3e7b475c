package offhook.web;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import offhook.runtime.NanoClock;
import offhook.telemetry.AuditLog;
import offhook.telemetry.LogBudget;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Logs what is refused to strangers: of each kind one line a second, with the number of those left
/// out since the line before. What is refused, and what is granted, is also recorded. Safe for any
/// thread.
final class RefusalLog {

    private static final Logger LOG = LogManager.getLogger(RefusalLog.class);

    private final NanoClock clock;
    private final AuditLog audit;
    private final Map<Kind, LogBudget> budgets = new EnumMap<>(Kind.class);

    RefusalLog(NanoClock clock, AuditLog audit) {
        this.clock = clock;
        this.audit = audit;
        for (Kind kind : Kind.values()) {
            budgets.put(kind, new LogBudget(clock.nanoTime()));
        }
    }

    /// What is refused.
    enum Kind {
        ORIGIN,
        SOCKET,
        TOKEN,
        PASSWORD
    }

    /// @param address of the stranger
    /// @param subject what the detail is, such as `name`
    /// @param detail in the stranger's own words, or ours
    void refused(Kind kind, String address, String subject, String detail) {
        audit.recordStranger(
                address,
                "web-" + kind.name().toLowerCase(Locale.ROOT),
                subject + "=" + SafeText.of(detail),
                "refused");
        LogBudget budget = budgets.get(kind);
        if (budget == null) {
            return;
        }
        OptionalLong leftOut = budget.spend(clock.nanoTime());
        if (leftOut.isPresent()) {
            LOG.info(
                    "refuse-{} address={} {}={} left-out={}",
                    kind.name().toLowerCase(Locale.ROOT),
                    address,
                    subject,
                    SafeText.of(detail),
                    leftOut.getAsLong());
        }
    }

    /// Records what was granted to somebody, as often as he asks.
    ///
    /// @param who as the audit log names him
    /// @param what was granted, in a word
    void granted(String who, String what, String address) {
        audit.recordStranger(who, what, address, "ok");
    }
}
