package offhook.trace;

import java.net.InetSocketAddress;
import java.time.Instant;
import offhook.call.LegId;

/// A compound RTCP packet (RFC 3550 §6.1) that passed, in the clear.
///
/// @param at when
/// @param sent whether we sent it
/// @param local our end
/// @param remote the peer's end
/// @param bytes a copy of it
@SuppressWarnings("ArrayRecordComponent") // made once, read once, never compared
public record PassedReport(
        LegId leg,
        Instant at,
        boolean sent,
        InetSocketAddress local,
        InetSocketAddress remote,
        byte[] bytes) {}
