package offhook.trace;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;

/// Headers of RTP and RTCP packets of one call, in the order in which they passed; of RTP without
/// payloads, of RTCP whole. What was protected is here as it was inside.
///
/// @param packets the latest, as many as there was room for
/// @param leftOut older ones that had to go
public record HeaderTape(List<Packet> packets, long leftOut) {

    /// Of a call of which none were kept.
    public static final HeaderTape EMPTY = new HeaderTape(List.of(), 0);

    public HeaderTape {
        packets = List.copyOf(packets);
    }

    /// A packet.
    ///
    /// @param from whose packet it was
    /// @param wholeBytes of the packet with its payload
    /// @param bytes its first ones
    @SuppressWarnings("ArrayRecordComponent") // made once, read once, never compared
    public record Packet(
            Instant at,
            InetSocketAddress from,
            InetSocketAddress to,
            int wholeBytes,
            byte[] bytes) {}
}
