package offhook.hep;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import offhook.rtp.ReportBlock;
import offhook.rtp.RtcpPacket;

/// A compound RTCP packet (RFC 3550 §6.1) in the JSON that capture agents of Homer make of it: one
/// object, with the sender's information and all report blocks. `ntp_timestamp_usec` is by custom
/// no microseconds but the fraction of the NTP timestamp, 1/2^32 s.
final class RtcpJson {

    private static final long U32 = 0xffff_ffffL;

    private RtcpJson() {}

    /// Empty when it has no sender or receiver report, as feedback alone.
    static Optional<String> of(byte[] compound) {
        RtcpPacket packet = new RtcpPacket();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
        if (!packet.wrap(compound, 0, compound.length)) {
            return Optional.empty();
        }
        while (packet.next()) {
            switch (packet.kind()) {
                case SENDER_REPORT -> {
                    json.set("sender_information", sender(packet));
                    report(json, blocks, packet);
                }
                case RECEIVER_REPORT -> report(json, blocks, packet);
                case SOURCE_DESCRIPTION -> json.put("sdes_ssrc", packet.ssrc() & U32);
                case BYE, EXTENDED_REPORT, OTHER -> {
                    // Collectors have no place for them.
                }
            }
        }
        if (!json.has("type")) {
            return Optional.empty();
        }
        json.put("report_count", blocks.size());
        json.set("report_blocks", blocks);
        return Optional.of(json.toString());
    }

    private static ObjectNode sender(RtcpPacket packet) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("ntp_timestamp_sec", packet.ntpTimestamp() >>> 32)
                .put("ntp_timestamp_usec", packet.ntpTimestamp() & U32)
                .put("rtp_timestamp", packet.rtpTimestamp())
                .put("packets", packet.packetCount())
                .put("octets", packet.octetCount());
    }

    private static void report(ObjectNode json, ArrayNode blocks, RtcpPacket packet) {
        json.put("ssrc", packet.ssrc() & U32).put("type", packet.type());
        ReportBlock block = new ReportBlock();
        for (int i = 0; i < packet.reportCount(); i++) {
            packet.report(i, block);
            blocks.addObject()
                    .put("source_ssrc", block.ssrc() & U32)
                    .put("fraction_lost", block.fractionLost())
                    .put("packets_lost", block.cumulativeLost())
                    .put("highest_seq_no", block.extendedHighestSequence())
                    .put("ia_jitter", block.jitter())
                    .put("lsr", block.lastSenderReport() & U32)
                    .put("dlsr", block.delaySinceLastSenderReport());
        }
    }
}
