package offhook.trace;

import java.net.InetSocketAddress;
import java.util.Optional;
import offhook.call.CallId;
import offhook.telemetry.LogContext;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Writes messages into the log, one line each. What a peer wrote is escaped: its text can neither
/// end the line nor move a cursor.
final class TraceLog {

    private static final Logger LOG = LogManager.getLogger("offhook.trace");

    private TraceLog() {}

    static void write(Recorded message, Optional<CallId> call) {
        try (var _ = about(message, call)) {
            LOG.info(
                    "{} {} {} {} {} peer={} at={} text=\"{}\"",
                    message.sent() ? "sent" : "received",
                    message.transport(),
                    host(message.local()),
                    message.sent() ? "->" : "<-",
                    host(message.remote()),
                    EscapedText.of(message.peer()),
                    message.at(),
                    EscapedText.of(message.text()));
        }
    }

    private static CloseableThreadContext.Instance about(Recorded message, Optional<CallId> call) {
        String id = call.map(CallId::value).orElse("");
        return message.transport().startsWith("ws")
                ? LogContext.ofDevice(id, message.peer())
                : LogContext.ofLeg(id, message.peer());
    }

    static void ended(Trace trace) {
        LOG.info("trace ended: {}", EscapedText.of(trace.what().toString()));
    }

    private static String host(InetSocketAddress address) {
        return address.getAddress() == null
                ? EscapedText.of(address.getHostString())
                : address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
