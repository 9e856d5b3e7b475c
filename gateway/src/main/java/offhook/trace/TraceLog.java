package offhook.trace;

import java.net.InetSocketAddress;
import java.util.Optional;
import offhook.call.CallId;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.ThreadContext;

/// Writes messages into the log, one line each. What a peer wrote is escaped: its text can neither
/// end the line nor move a cursor.
final class TraceLog {

    private static final Logger LOG = LogManager.getLogger("offhook.trace");

    private TraceLog() {}

    static void write(Recorded message, Optional<CallId> call) {
        call.ifPresent(id -> ThreadContext.put("call", id.value()));
        try {
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
        } finally {
            ThreadContext.remove("call");
        }
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
