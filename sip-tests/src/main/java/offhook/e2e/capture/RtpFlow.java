package offhook.e2e.capture;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.RtpAudio;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import org.jspecify.annotations.Nullable;

/// The RTP or SRTP packets of one direction of one leg, as captured.
///
/// Of SRTP only the header and its extensions are readable (RFC 3711 §3.1).
public final class RtpFlow {
    private final List<Datagram> datagrams;
    private final List<Heard> packets;
    private final int clockRateHz;

    private RtpFlow(List<Datagram> datagrams, int clockRateHz) {
        this.datagrams = datagrams;
        this.packets =
                datagrams.stream().map(d -> RtpAudio.parse(d.atNanos(), d.payload())).toList();
        this.clockRateHz = clockRateHz;
    }

    /// Picks a direction by its ports.
    public static RtpFlow of(List<Datagram> all, int clockRateHz, Predicate<Datagram> direction) {
        return new RtpFlow(
                all.stream().filter(Datagram::isRtp).filter(direction).toList(), clockRateHz);
    }

    public List<Heard> packets() {
        return packets;
    }

    public boolean isEmpty() {
        return packets.isEmpty();
    }

    public int clockRateHz() {
        return clockRateHz;
    }

    /// Only packets of these payload types: no comfort noise, no digits.
    public RtpFlow ofPayloadType(int payloadType) {
        return new RtpFlow(
                datagrams.stream().filter(d -> (d.payload().get(1) & 0x7F) == payloadType).toList(),
                clockRateHz);
    }

    /// The payload type most packets have.
    public int mainPayloadType() {
        int[] counts = new int[128];
        packets.forEach(p -> counts[p.payloadType()]++);
        int most = Arrays.stream(counts).max().orElse(0);
        for (int type = 0; type < counts.length; type++) {
            if (counts[type] == most) {
                return type;
            }
        }
        throw new AssertionError("a maximum is one of them");
    }

    /// The sound of G.711 packets, gaps as silence.
    public Pcm audio() {
        return RtpAudio.toPcm(
                packets.stream()
                        .filter(p -> p.payloadType() == 0 || p.payloadType() == 8)
                        .toList());
    }

    /// Counts what a listener would notice.
    public Continuity continuity() {
        long lost = 0;
        long late = 0;
        long timestampJumps = 0;
        double jitter = 0;
        long longestGapNanos = 0;
        Set<Integer> sources = new HashSet<>();
        @Nullable Heard highest = null;
        for (Heard packet : packets) {
            sources.add(packet.ssrc());
            if (highest == null || highest.ssrc() != packet.ssrc()) {
                highest = packet;
                continue;
            }
            int step = (short) (packet.sequence() - highest.sequence());
            if (step <= 0) {
                late++;
                lost = Math.max(0, lost - 1);
                continue;
            }
            long ticks = (int) (packet.timestamp() - highest.timestamp());
            long gapNanos = packet.atNanos() - highest.atNanos();
            highest = packet;
            longestGapNanos = Math.max(longestGapNanos, gapNanos);
            lost += step - 1;
            // A packet of 20 ms, the only length a gateway sends unless asked otherwise.
            if (step == 1 && ticks != clockRateHz / 50) {
                timestampJumps++;
            }
            double transit = gapNanos / 1e9 * clockRateHz - ticks;
            jitter += (Math.abs(transit) - jitter) / 16;
        }
        return new Continuity(
                packets.size(),
                lost,
                late,
                timestampJumps,
                sources.size(),
                jitter * 1000 / clockRateHz,
                longestGapNanos / 1e6);
    }

    /// What the packets of a flow say of its health.
    ///
    /// @param lost missing sequence numbers
    /// @param late reordered or repeated packets
    /// @param timestampJumps neighbours in sequence that are not 20 ms apart in timestamp
    /// @param sources distinct SSRCs
    /// @param jitterMillis RFC 3550 §6.4.1, at the end
    /// @param longestGapMillis between arrivals
    public record Continuity(
            long packets,
            long lost,
            long late,
            long timestampJumps,
            int sources,
            double jitterMillis,
            double longestGapMillis) {}

    /// Loudness of each packet in decibels, from its own samples.
    double[] energiesOfG711() {
        return packets.stream()
                .mapToDouble(p -> {
                    G711 codec = G711.ofPayloadType(p.payloadType());
                    double sum = 1;
                    for (byte code : p.payload()) {
                        sum += Math.pow(codec.decode(code), 2);
                    }
                    return 10 * Math.log10(sum / Math.max(1, p.payload().length));
                })
                .toArray();
    }

    /// Length of each payload: with a variable bit rate, speech is longer than silence.
    double[] payloadLengths() {
        return packets.stream().mapToDouble(p -> p.payload().length).toArray();
    }

    /// The sender's own level per packet (RFC 6464 §3), in decibels below overload as a negative
    /// number; empty if a packet has none.
    double[] audioLevels(int extensionId) {
        List<Double> levels = new ArrayList<>();
        for (Datagram datagram : datagrams) {
            int level = audioLevel(datagram.payload(), extensionId);
            if (level < 0) {
                return new double[0];
            }
            levels.add((double) -level);
        }
        return levels.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /// Walks the one-byte extensions (RFC 8285 §4.2).
    private static int audioLevel(ByteBuffer packet, int extensionId) {
        int at = 12 + 4 * (packet.get(0) & 0x0F);
        if ((packet.get(0) & 0x10) == 0
                || packet.limit() < at + 4
                || (packet.getShort(at) & 0xFFFF) != 0xBEDE) {
            return -1;
        }
        int end = Math.min(packet.limit(), at + 4 + 4 * (packet.getShort(at + 2) & 0xFFFF));
        at += 4;
        while (at < end) {
            int id = (packet.get(at) >> 4) & 0x0F;
            int length = id == 0 ? 0 : (packet.get(at) & 0x0F) + 1;
            if (id == extensionId && at + 1 < end) {
                return packet.get(at + 1) & 0x7F;
            }
            at += 1 + length;
        }
        return -1;
    }
}
