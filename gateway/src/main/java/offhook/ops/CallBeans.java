package offhook.ops;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.JMRuntimeException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import offhook.call.BrowserView;
import offhook.call.CallEnd;
import offhook.call.CallId;
import offhook.call.CallObserver;
import offhook.call.CallSnapshot;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.runtime.NanoClock;
import offhook.telemetry.AuditLog;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Shows each call as a bean for as long as it lives. On the calls' threads.
public final class CallBeans implements CallObserver {

    private static final Logger LOG = LogManager.getLogger(CallBeans.class);

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final Function<LegId, Optional<LegQuality>> quality;
    private final Function<LegId, Optional<BrowserView>> browser;
    private final Function<CallId, Optional<String>> story;
    private final Predicate<CallId> hangUp;
    private final NanoClock clock;
    private final OperationAudit audit;

    /// @param quality how a leg sounds now; asked by any thread
    /// @param browser how it sounds in the browser that has it; asked by any thread
    /// @param story what happened in a call so far, JSON; asked by any thread
    /// @param hangUp ends a call; false when it is over already
    /// @param log keeps what is done to calls
    public CallBeans(
            Function<LegId, Optional<LegQuality>> quality,
            Function<LegId, Optional<BrowserView>> browser,
            Function<CallId, Optional<String>> story,
            Predicate<CallId> hangUp,
            NanoClock clock,
            AuditLog log) {
        this.quality = quality;
        this.browser = browser;
        this.story = story;
        this.hangUp = hangUp;
        this.clock = clock;
        this.audit = new OperationAudit(log);
    }

    @Override
    public void began(CallId id, Supplier<CallSnapshot> now) {
        try {
            server.registerMBean(
                    new CallBean(now, quality, browser, story, () -> hangUp.test(id), clock, audit),
                    name(id));
        } catch (JMException | JMRuntimeException e) {
            // A call that cannot be watched is a call all the same.
            LOG.error("call {} has no bean", id, e);
        }
    }

    @Override
    public void ended(CallId id, CallEnd end) {
        try {
            server.unregisterMBean(name(id));
        } catch (JMException | JMRuntimeException e) {
            LOG.error("the bean of call {} cannot be removed", id, e);
        }
    }

    private static ObjectName name(CallId id) throws MalformedObjectNameException {
        return new ObjectName("offhook:type=Call,id=" + id.value());
    }
}
