package offhook.sip;

import gov.nist.core.ServerLogger;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.Properties;
import javax.sip.SipStack;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The first line of every message that JAIN-SIP sends or takes in, at TRACE. JAIN-SIP makes it by
/// name.
public final class StackMessageLog implements ServerLogger {

    private static final Logger LOG = LogManager.getLogger("offhook.sip.messages");

    /// Made by JAIN-SIP.
    public StackMessageLog() {}

    @Override
    public void logMessage(SIPMessage message, String from, String to, boolean sender, long time) {
        LOG.trace(
                "{} start={} call-id={}",
                () -> sender ? "sent" : "received",
                () -> LogText.of(message.getFirstLine()),
                () -> LogText.of(message.getCallId().getCallId()));
    }

    @Override
    public void logMessage(
            SIPMessage message, String from, String to, String status, boolean sender, long time) {
        logMessage(message, from, to, sender, time);
    }

    @Override
    public void logMessage(
            SIPMessage message, String from, String to, String status, boolean sender) {
        logMessage(message, from, to, sender, 0);
    }

    @Override
    public void logException(Exception e) {
        LOG.debug("jain-sip", e);
    }

    @Override
    public void closeLogFile() {}

    @Override
    public void setStackProperties(Properties properties) {}

    @Override
    public void setSipStack(SipStack stack) {}
}
