package offhook.web;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import offhook.runtime.NanoClock;
import offhook.telemetry.LogBudget;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Logs what is refused to strangers: of each kind one line a second, with the number of those left
/// out since the line before. Safe for any thread.
final class RefusalLog {

    private static final Logger LOG = LogManager.getLogger(RefusalLog.class);

    private final NanoClock clock;
    private final Map<Kind, LogBudget> budgets = new EnumMap<>(Kind.class);

    RefusalLog(NanoClock clock) {
        this.clock = clock;
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
}
