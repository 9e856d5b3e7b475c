package offhook.media;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import offhook.net.PacketBuffer;
import offhook.rtp.RtpPacket;
import offhook.trace.HeaderTape;

/// The latest headers of one call's packets, in memory that is taken once: keeping a packet makes
/// no garbage. The oldest go when it is full. On the call's loop; when the call is over, whoever it
/// is handed to.
///
/// ```text
/// record: u16 length of the record | i64 nanoseconds | u8 sent | u8 local | u8 remote
///         | u16 bytes of the packet | first bytes of the packet
/// ```
final class HeaderRing {

    /// A power of two. About 27 bytes a packet of RTP: a minute and a half of a call of two legs.
    static final int BYTES = 512 * 1024;

    private static final int MASK = BYTES - 1;
    private static final int HEAD_BYTES = 15;

    /// Of a packet no more than this is kept: compound reports are shorter, and headers much.
    private static final int MAX_KEPT_BYTES = 512;

    /// A leg has two ends, and peers move; of more than so many the last place is shared.
    private static final int MAX_ADDRESSES = 64;

    private final byte[] ring = new byte[BYTES];
    private final InetSocketAddress[] addresses = new InetSocketAddress[MAX_ADDRESSES];

    /// When [#beganNanos] was by the wall clock.
    private final Instant began;

    private final long beganNanos;
    private int addressCount;

    /// Where the next record goes, and the oldest is; counted without wrapping.
    private long head;

    private long tail;
    private long leftOut;

    HeaderRing(Instant began, long beganNanos) {
        this.began = began;
        this.beganNanos = beganNanos;
    }

    /// Keeps the headers of an RTP packet; of what is no RTP as much as of one without extras.
    void rtp(
            boolean sent,
            PacketBuffer packet,
            InetSocketAddress local,
            InetSocketAddress remote,
            long nowNanos) {
        add(sent, packet, headerBytes(packet), local, remote, nowNanos);
    }

    /// Keeps an RTCP packet, whole.
    void rtcp(
            boolean sent,
            PacketBuffer packet,
            InetSocketAddress local,
            InetSocketAddress remote,
            long nowNanos) {
        add(sent, packet, Math.min(packet.length(), MAX_KEPT_BYTES), local, remote, nowNanos);
    }

    /// The fixed header, contributing sources and header extension (RFC 3550 §5.1, §5.3.1).
    private static int headerBytes(PacketBuffer packet) {
        byte[] bytes = packet.bytes();
        int at = packet.offset();
        int length = packet.length();
        if (length < RtpPacket.HEADER_BYTES) {
            return length;
        }
        int headers = RtpPacket.HEADER_BYTES + 4 * (bytes[at] & 0x0f);
        if ((bytes[at] & 0x10) != 0 && headers + 4 <= length) {
            headers +=
                    4
                            + 4
                                    * ((bytes[at + headers + 2] & 0xff) << 8
                                            | (bytes[at + headers + 3] & 0xff));
        }
        return Math.min(Math.min(headers, length), MAX_KEPT_BYTES);
    }

    private void add(
            boolean sent,
            PacketBuffer packet,
            int kept,
            InetSocketAddress local,
            InetSocketAddress remote,
            long nowNanos) {
        int size = HEAD_BYTES + kept;
        while (head + size - tail > BYTES) {
            tail += u16(tail);
            leftOut++;
        }
        put16(size);
        for (int shift = 56; shift >= 0; shift -= 8) {
            put8((int) (nowNanos >> shift));
        }
        put8(sent ? 1 : 0);
        put8(indexOf(local));
        put8(indexOf(remote));
        put16(packet.length());
        for (int i = 0; i < kept; i++) {
            put8(packet.bytes()[packet.offset() + i]);
        }
    }

    private int indexOf(InetSocketAddress address) {
        for (int i = 0; i < addressCount; i++) {
            if (addresses[i].equals(address)) {
                return i;
            }
        }
        if (addressCount < MAX_ADDRESSES) {
            addressCount++;
        }
        addresses[addressCount - 1] = address;
        return addressCount - 1;
    }

    private void put8(int value) {
        ring[(int) head & MASK] = (byte) value;
        head++;
    }

    private void put16(int value) {
        put8(value >> 8);
        put8(value);
    }

    private int u8(long at) {
        return ring[(int) at & MASK] & 0xff;
    }

    private int u16(long at) {
        return u8(at) << 8 | u8(at + 1);
    }

    /// A copy that does not change any more.
    HeaderRing copy() {
        HeaderRing copy = new HeaderRing(began, beganNanos);
        System.arraycopy(ring, 0, copy.ring, 0, BYTES);
        System.arraycopy(addresses, 0, copy.addresses, 0, addressCount);
        copy.addressCount = addressCount;
        copy.head = head;
        copy.tail = tail;
        copy.leftOut = leftOut;
        return copy;
    }

    /// All of it for others to read.
    HeaderTape tape() {
        List<HeaderTape.Packet> packets = new ArrayList<>();
        for (long at = tail; at < head; at += u16(at)) {
            packets.add(packet(at));
        }
        return new HeaderTape(packets, leftOut);
    }

    private HeaderTape.Packet packet(long at) {
        long nanos = 0;
        for (int i = 0; i < 8; i++) {
            nanos = nanos << 8 | u8(at + 2 + i);
        }
        byte[] kept = new byte[u16(at) - HEAD_BYTES];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (byte) u8(at + HEAD_BYTES + i);
        }
        boolean sent = u8(at + 10) == 1;
        InetSocketAddress local = addresses[u8(at + 11)];
        InetSocketAddress remote = addresses[u8(at + 12)];
        return new HeaderTape.Packet(
                began.plus(Duration.ofNanos(nanos - beganNanos)),
                sent ? local : remote,
                sent ? remote : local,
                u16(at + 13),
                kept);
    }
}
