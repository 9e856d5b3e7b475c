package offhook.media;

import java.util.random.RandomGenerator;
import offhook.net.PacketBuffer;
import offhook.rtp.ExpectedLoss;
import offhook.rtp.ExtendedReports;
import offhook.rtp.NtpTime;
import offhook.rtp.ReceiverStats;
import offhook.rtp.ReportBlock;
import offhook.rtp.RtcpPacket;
import offhook.rtp.RtcpWriter;
import offhook.rtp.RtpSender;
import org.jspecify.annotations.Nullable;

/// RTCP of one leg: says when the next report of ours is due, fills it, and reads the peer's. On
/// the leg's loop only.
final class Reports {

    /// RFC 3550 §6.2: five seconds, from half to one and a half of it by chance.
    private static final long INTERVAL_NANOS = 5_000_000_000L;

    private static final long FIRST_NANOS = 1_000_000_000L;

    /// Peers that take feedback may hear of losses sooner (RFC 4585 §3.4 knows no least interval):
    /// a browser puts redundancy in once a report tells it to. At one a second reports keep within
    /// 5 % of the session's bandwidth.
    private static final long OF_LOSS_NANOS = 1_000_000_000L;

    /// Older reports say nothing of now: RTCP comes each few seconds.
    private static final long FRESH_NANOS = 30_000_000_000L;

    private final RtcpWriter writer;
    private final NtpTime ntpTime;
    private final RandomGenerator random;
    private final RtpSender sender;
    private final ReceiverStats received;
    private @Nullable ExtendedReports extended;
    private final RtcpPacket packet = new RtcpPacket();
    private final ReportBlock block = new ReportBlock();
    private final ExpectedLoss expectedLoss = new ExpectedLoss();
    private boolean began;
    private long nextNanos;
    private boolean feedback;
    private long writtenNanos;
    private long writtenLost;
    private long peerReportNanos;
    private int peerFractionLost;
    private long peerJitterUnits;
    private long peerLost;
    private long peerReports;
    private long roundTripNanos = -1;

    Reports(LoopKit kit, String cname, RtpSender sender, ReceiverStats received) {
        this.writer = new RtcpWriter(kit.ntpTime(), cname);
        this.ntpTime = kit.ntpTime();
        this.random = kit.random();
        this.sender = sender;
        this.received = received;
    }

    /// Whether a report is due. The first one is when media has flowed for about a second (RFC 3550
    /// §6.2 lets unicast sessions begin without delay), so that the round trip is soon known;
    /// before there is media nothing is to be said, and the peer may not yet be answered.
    boolean isDue(long nowNanos) {
        if (!began) {
            began = sender.packets() > 0 || received.received() > 0;
            writtenNanos = nowNanos;
            nextNanos = nowNanos + random.nextLong(FIRST_NANOS / 2, FIRST_NANOS * 3 / 2);
        }
        return began && (nowNanos - nextNanos >= 0 || (feedback && isLossNews(nowNanos)));
    }

    private boolean isLossNews(long nowNanos) {
        return nowNanos - writtenNanos >= OF_LOSS_NANOS && received.lost() > writtenLost;
    }

    /// The peer speaks the feedback profile (RFC 4585): it is told of losses soon.
    void feedback() {
        feedback = true;
    }

    /// The peer wants extended reports.
    void extend(ExtendedReports reports) {
        extended = reports;
        writer.extend(reports);
    }

    /// What the peer and we say beyond reception reports; null unless the peer wants it.
    @Nullable ExtendedReports extended() {
        return extended;
    }

    /// Fills the buffer with our report; the next one is then due later.
    void write(PacketBuffer into, long nowNanos) {
        writer.roundTrip(roundTripNanos);
        writer.report(into, sender, received, nowNanos);
        writtenNanos = nowNanos;
        writtenLost = received.lost();
        scheduleNext(nowNanos);
    }

    /// Fills the buffer with our last report and BYE.
    void writeBye(PacketBuffer into, long nowNanos) {
        writer.bye(into, sender, received, nowNanos);
    }

    /// Reads a compound packet of the peer.
    ///
    /// @return false when it is malformed
    boolean read(PacketBuffer from, long nowNanos) {
        if (!packet.wrap(from)) {
            return false;
        }
        while (packet.next()) {
            if (packet.kind() == RtcpPacket.Kind.SENDER_REPORT) {
                received.onSenderReport(packet.ntpTimestamp(), nowNanos);
            } else if (packet.kind() == RtcpPacket.Kind.EXTENDED_REPORT) {
                onExtended(nowNanos);
            }
            for (int i = 0; i < packet.reportCount(); i++) {
                packet.report(i, block);
                if (block.ssrc() == sender.ssrc()) {
                    onReport(nowNanos);
                }
            }
        }
        return true;
    }

    private void onExtended(long nowNanos) {
        ExtendedReports reports = extended;
        if (reports != null) {
            long measured = reports.read(packet, sender.ssrc(), ntpTime.at(nowNanos), nowNanos);
            if (measured >= 0) {
                roundTripNanos = measured;
            }
        }
    }

    private void onReport(long nowNanos) {
        peerReports++;
        peerReportNanos = nowNanos;
        peerFractionLost = block.fractionLost();
        peerJitterUnits = block.jitter();
        peerLost = block.cumulativeLost();
        long measured = block.roundTripNanos(ntpTime.at(nowNanos));
        if (measured >= 0) {
            roundTripNanos = measured;
        }
        expectedLoss.onReport(block.fractionLost(), nowNanos);
    }

    private void scheduleNext(long nowNanos) {
        nextNanos = nowNanos + random.nextLong(INTERVAL_NANOS / 2, INTERVAL_NANOS * 3 / 2);
    }

    /// How many reports of the peer about what we send were read.
    long peerReports() {
        return peerReports;
    }

    /// What the peer lost of ours since its report before, in 1/256.
    int peerFractionLost() {
        return peerFractionLost;
    }

    /// What the peer lost of ours between its last two reports, in percent; NaN when it has not
    /// reported for long.
    double peerLossPercent(long nowNanos) {
        return peerReports > 0 && nowNanos - peerReportNanos <= FRESH_NANOS
                ? peerFractionLost * 100 / 256.0
                : Double.NaN;
    }

    /// The jitter that the peer sees, NaN before its first report.
    double peerJitterMillis() {
        return peerReports > 0 ? peerJitterUnits * 1000.0 / sender.clockRateHz() : Double.NaN;
    }

    /// What the peer lost of ours in all.
    long peerLost() {
        return Math.clamp(peerLost, 0, sender.packets());
    }

    /// What the peer will lose of ours, in percent.
    int expectedLossPercent() {
        return expectedLoss.percent();
    }

    /// The latest round trip, or -1 while none was measured.
    long roundTripNanos() {
        return roundTripNanos;
    }
}
