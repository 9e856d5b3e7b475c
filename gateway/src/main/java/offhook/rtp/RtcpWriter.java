package offhook.rtp;

import java.nio.charset.StandardCharsets;
import offhook.net.PacketBuffer;
import org.jspecify.annotations.Nullable;

/// Writes our compound RTCP packets: a sender or receiver report, our CNAME and at the end a BYE
/// (RFC 3550 §6.1). A report is a sender report when packets were sent since the one before.
public final class RtcpWriter {

    private static final int VERSION_2 = 0x80;
    private static final int CNAME_ITEM = 1;

    private final NtpTime ntpTime;
    private final byte[] cname;
    private final ReportBlock block = new ReportBlock();
    private @Nullable ExtendedReports extended;
    private long reportedPackets;
    private long roundTripNanos = -1;

    /// Reports of one leg. The CNAME is at most 255 bytes of UTF-8 and should be random (RFC 7022
    /// §4.2).
    public RtcpWriter(NtpTime ntpTime, String cname) {
        this.ntpTime = ntpTime;
        this.cname = cname.getBytes(StandardCharsets.UTF_8);
        if (this.cname.length > 255) {
            throw new IllegalArgumentException("a CNAME has at most 255 bytes");
        }
    }

    /// Adds these to each report from now on.
    public void extend(ExtendedReports reports) {
        extended = reports;
    }

    /// The latest round trip, for the reports.
    public void roundTrip(long nanos) {
        roundTripNanos = nanos;
    }

    /// Fills the buffer with a report about what we send and receive.
    public void report(
            PacketBuffer packet, RtpSender sender, ReceiverStats receiver, long nowNanos) {
        write(packet, sender, receiver, nowNanos);
    }

    /// Fills the buffer with the last report and a BYE (RFC 3550 §6.6).
    public void bye(PacketBuffer packet, RtpSender sender, ReceiverStats receiver, long nowNanos) {
        int at = write(packet, sender, receiver, nowNanos);
        at = header(packet.bytes(), at, 1, 203, 8);
        Wire.put32(packet.bytes(), at, sender.ssrc());
        packet.length(packet.length() + 8);
    }

    private int write(
            PacketBuffer packet, RtpSender sender, ReceiverStats receiver, long nowNanos) {
        packet.clear();
        byte[] b = packet.bytes();
        int blocks = receiver.report(block, nowNanos) ? 1 : 0;
        boolean sending = sender.packets() != reportedPackets;
        reportedPackets = sender.packets();
        int length = (sending ? 28 : 8) + blocks * ReportBlock.LENGTH_BYTES;
        int at = header(b, packet.offset(), blocks, sending ? 200 : 201, length);
        Wire.put32(b, at, sender.ssrc());
        at += 4;
        if (sending) {
            Wire.put64(b, at, ntpTime.at(nowNanos));
            Wire.put32(b, at + 8, (int) sender.timestampAt(nowNanos));
            Wire.put32(b, at + 12, (int) sender.packets());
            Wire.put32(b, at + 16, (int) sender.octets());
            at += 20;
        }
        if (blocks > 0) {
            block.write(b, at);
            at += ReportBlock.LENGTH_BYTES;
        }
        at = sourceDescription(b, at, sender.ssrc());
        ExtendedReports more = extended;
        if (more != null) {
            long ntp = ntpTime.at(nowNanos);
            at = more.write(b, at, sender.ssrc(), receiver, roundTripNanos, ntp, nowNanos);
        }
        packet.length(at - packet.offset());
        return at;
    }

    private int sourceDescription(byte[] b, int start, int ssrc) {
        // RFC 3550 §6.5: the list ends with at least one null octet, up to a 32-bit boundary.
        int items = (2 + cname.length + 4) & ~3;
        int at = header(b, start, 1, 202, 8 + items);
        Wire.put32(b, at, ssrc);
        b[at + 4] = CNAME_ITEM;
        b[at + 5] = (byte) cname.length;
        System.arraycopy(cname, 0, b, at + 6, cname.length);
        for (int i = at + 6 + cname.length; i < at + 4 + items; i++) {
            b[i] = 0;
        }
        return at + 4 + items;
    }

    private static int header(byte[] b, int at, int count, int type, int lengthBytes) {
        b[at] = (byte) (VERSION_2 | count);
        b[at + 1] = (byte) type;
        Wire.put16(b, at + 2, lengthBytes / 4 - 1);
        return at + 4;
    }
}
