package offhook.sip;

import gov.nist.core.StackLogger;
import java.util.Properties;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// JAIN-SIP's own messages in our log, one escaped line each. Its errors are mostly what a peer
/// did, so they are DEBUG here; all the rest is TRACE. JAIN-SIP makes it by name and asks it before
/// it formats anything.
public final class StackLog implements StackLogger {

    private static final Logger LOG = LogManager.getLogger("offhook.sip.stack");

    /// Made by JAIN-SIP.
    public StackLog() {}

    @Override
    public boolean isLoggingEnabled() {
        return LOG.isDebugEnabled();
    }

    @Override
    public boolean isLoggingEnabled(int level) {
        return level <= TRACE_WARN ? LOG.isDebugEnabled() : LOG.isTraceEnabled();
    }

    @Override
    public void logFatalError(String message) {
        LOG.warn("jain-sip: {}", LogText.of(message));
    }

    @Override
    public void logError(String message) {
        LOG.debug("jain-sip: {}", () -> LogText.of(message));
    }

    @Override
    public void logError(String message, Exception e) {
        LOG.debug("jain-sip: {}", LogText.of(message), e);
    }

    @Override
    public void logException(Throwable e) {
        LOG.debug("jain-sip", e);
    }

    @Override
    public void logWarning(String message) {
        LOG.debug("jain-sip: {}", () -> LogText.of(message));
    }

    @Override
    public void logInfo(String message) {
        LOG.trace("jain-sip: {}", () -> LogText.of(message));
    }

    @Override
    public void logDebug(String message) {
        LOG.trace("jain-sip: {}", () -> LogText.of(message));
    }

    @Override
    public void logDebug(String message, Exception e) {
        LOG.trace("jain-sip: {}", LogText.of(message), e);
    }

    @Override
    public void logTrace(String message) {
        LOG.trace("jain-sip: {}", () -> LogText.of(message));
    }

    @Override
    public void logStackTrace() {}

    @Override
    public void logStackTrace(int level) {}

    @Override
    public int getLineCount() {
        return 0;
    }

    @Override
    public void disableLogging() {}

    @Override
    public void enableLogging() {}

    @Override
    public void setBuildTimeStamp(String buildTimeStamp) {}

    @Override
    public void setStackProperties(Properties properties) {}

    @Override
    public String getLoggerName() {
        return LOG.getName();
    }
}
