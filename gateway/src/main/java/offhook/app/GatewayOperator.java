package offhook.app;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import offhook.call.CallRegistry;
import offhook.ops.GatewayControl;
import offhook.telemetry.AuditLog;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.config.Configurator;

/// Does to the gateway what operators ask for. Any thread.
final class GatewayOperator implements GatewayControl {

    private static final Logger LOG = LogManager.getLogger(GatewayOperator.class);
    private static final String OWN_LOG = "offhook";
    private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");

    private final CallRegistry calls;
    private final Consumer<Boolean> tellAgents;
    private final Reload reload;
    private final AuditLog audit;

    /// Written by whoever stops the gateway, read by operators.
    private volatile boolean stopping;

    /// @param tellAgents whether new calls are refused from now on
    /// @param audit keeps what a reload changed
    GatewayOperator(
            CallRegistry calls, Consumer<Boolean> tellAgents, Reload reload, AuditLog audit) {
        this.calls = calls;
        this.tellAgents = tellAgents;
        this.reload = reload;
        this.audit = audit;
    }

    /// As [#drain], by the gateway itself before it stops: nobody takes that back.
    void drainForGood() {
        stopping = true;
        drain(true);
    }

    @Override
    public void drain(boolean wanted) {
        if (!wanted) {
            refuseWhenStopping();
        }
        LOG.info("{} calls={}", wanted ? "drains" : "takes calls again", calls.active());
        calls.drain(wanted);
        tellAgents.accept(wanted);
        if (!wanted && stopping) {
            // The stop came while calls were to be taken again.
            drain(true);
            refuseWhenStopping();
        }
    }

    private void refuseWhenStopping() {
        if (stopping) {
            throw new IllegalStateException("the gateway is stopping and takes no calls again");
        }
    }

    @Override
    public boolean isDraining() {
        return calls.isDraining();
    }

    @Override
    public List<String> reload() {
        try {
            List<String> lines = reload.now();
            audit.record("offhook", "reload", "configuration", String.join("; ", lines));
            return lines;
        } catch (IllegalArgumentException e) {
            audit.record("offhook", "reload", "configuration", "refused: " + e.getMessage());
            throw e;
        }
    }

    @Override
    public String logLevel() {
        return LogManager.getLogger(OWN_LOG).getLevel().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void logLevel(String level) {
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException(
                    "'" + level + "' is none of error, warn, info, debug, trace");
        }
        Configurator.setLevel(OWN_LOG, Level.valueOf(level.toUpperCase(Locale.ROOT)));
        LOG.warn("log level is {}", level);
    }
}
