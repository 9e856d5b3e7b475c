package offhook.trace;

import java.net.InetSocketAddress;
import java.time.Instant;

/// A message that passed, as it was on the wire. Made by the thread that carried it, never changed.
///
/// @param at when
/// @param sent whether we sent it
/// @param kind of which protocol
/// @param transport `udp`, `tcp`, `tls`, `ws` or `wss`
/// @param local our end
/// @param remote the peer's end
/// @param peer the trunk or agent there; empty when unknown
/// @param name what names the conversation; of SIP empty: the message itself has the Call-ID
/// @param bytes a copy of the message
@SuppressWarnings("ArrayRecordComponent") // made once, read once, never compared
public record Passed(
        Instant at,
        boolean sent,
        Kind kind,
        String transport,
        InetSocketAddress local,
        InetSocketAddress remote,
        String peer,
        String name,
        byte[] bytes) {

    /// Of which protocol a message is.
    public enum Kind {
        /// SIP (RFC 3261), over whatever transport.
        SIP,
        /// The protocol of agents' pages: JSON over WebSocket.
        PAGE
    }
}
