package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import offhook.net.Mutants;
import offhook.rtp.RtcpPacket.Kind;
import org.testng.annotations.Test;

/// Mutants of what browsers and phones send as RTCP: nothing throws, no part is read beyond its
/// end, and no figure leaves its bounds.
public class RtcpFuzzTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int OURS = 0x0000cafe;
    private static final String BLOCK = "0000cafe 05000010 0001ffff 00000040 b7052000 00054000";
    private static final String SENDER =
            "80c80006 11111111 d0d1d2d3 80000000 00001000 00000064 00003e80";
    private static final String NAMES = "81ca0003 11111111 01036162 63000000";
    private static final String NACK = "81cd0003 11111111 0000cafe 00100003";
    private static final String LOSS_OF_PICTURE = "81ce0002 11111111 0000cafe";
    private static final String EXTENDED =
            "80cf0011 11111111 04000002 d0d1d2d3 80000000 05000003 0000cafe b7052000 00054000"
                    + "07000008 0000cafe"
                    + "10203040".repeat(7);
    private static final String BYE = "81cb0001 11111111";

    private static final List<byte[]> PACKETS =
            List.of(
                    hex(SENDER + NAMES),
                    hex(SENDER.replace("80c80006", "81c8000c") + BLOCK + NAMES),
                    hex("81c90007 11111111" + BLOCK + NAMES + BYE),
                    hex("9fc900bb 11111111" + BLOCK.repeat(31)),
                    hex("80c90001 11111111" + NACK + LOSS_OF_PICTURE + EXTENDED),
                    hex(NACK),
                    hex(BYE),
                    hex("a1c90008 11111111" + BLOCK + "00000004"));

    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes.replace(" ", ""));
    }

    @Test
    public void theOriginalsAreWhatTheySay() {
        RtcpPacket rtcp = new RtcpPacket();
        for (byte[] packet : PACKETS) {
            assertThat(rtcp.wrap(packet, 0, packet.length)).isTrue();
        }
    }

    @Test
    public void thirtyOneBlocksAreAllRead() {
        byte[] packet = PACKETS.get(3);
        RtcpPacket rtcp = new RtcpPacket();
        ReportBlock block = new ReportBlock();

        assertThat(rtcp.wrap(packet, 0, packet.length)).isTrue();
        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.reportCount()).isEqualTo(31);
        for (int i = 0; i < 31; i++) {
            rtcp.report(i, block);
            assertThat(block.ssrc()).isEqualTo(OURS);
            assertThat(block.cumulativeLost()).isEqualTo(16);
        }
    }

    @Test
    public void feedbackIsSkippedAndWhatFollowsIsRead() {
        byte[] packet = hex(NACK + LOSS_OF_PICTURE + EXTENDED + BYE);
        RtcpPacket rtcp = new RtcpPacket();

        assertThat(rtcp.wrap(packet, 0, packet.length)).isTrue();
        for (int type : new int[] {205, 206, 207}) {
            assertThat(rtcp.next()).isTrue();
            assertThat(rtcp.kind()).isEqualTo(type == 207 ? Kind.EXTENDED_REPORT : Kind.OTHER);
            assertThat(rtcp.type()).isEqualTo(type);
            assertThat(rtcp.reportCount()).isZero();
        }
        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.kind()).isEqualTo(Kind.BYE);
        assertThat(rtcp.next()).isFalse();
    }

    @Test
    public void mutantsThrowNothingAndNoFigureLeavesItsBounds() {
        long seed = 3551;
        System.out.println("RtcpFuzzTest seed " + seed);
        Mutants mutants = new Mutants(seed, PACKETS);
        RtcpPacket rtcp = new RtcpPacket();
        ReportBlock block = new ReportBlock();
        ReportBlock ours = new ReportBlock();
        ExtendedReports extended = new ExtendedReports(true, true);
        ReceiverStats stats = new ReceiverStats(48_000);
        ExpectedLoss expected = new ExpectedLoss();
        NtpTime clock = new NtpTime(1_767_225_600_000L, 0);
        long parts = 0;
        long blocks = 0;
        for (int i = 0; i < Mutants.COUNT; i++) {
            byte[] mutant = mutants.next();
            long now = i * SECOND / 10;
            stats.onPacket(1, i & 0xffff, i * 960L & 0xffff_ffffL, now);
            if (!rtcp.wrap(mutant, 0, mutant.length)) {
                continue;
            }
            while (rtcp.next()) {
                parts++;
                rtcp.ssrc();
                if (rtcp.type() == 207) {
                    long roundTrip = extended.read(rtcp, OURS, clock.at(now), now);
                    assertThat(roundTrip).isBetween(-1L, 60 * SECOND);
                }
                if (rtcp.kind() == Kind.SENDER_REPORT) {
                    stats.onSenderReport(rtcp.ntpTimestamp(), now);
                    rtcp.packetCount();
                    rtcp.octetCount();
                    rtcp.rtpTimestamp();
                }
                for (int b = 0; b < rtcp.reportCount(); b++) {
                    blocks++;
                    rtcp.report(b, block);
                    check(block, clock.at(now));
                    expected.onReport(block.fractionLost(), now);
                }
            }
            if (i % 100 == 0) {
                assertThat(stats.report(ours, now)).isTrue();
                assertThat(ours.cumulativeLost()).isZero();
                assertThat(ours.delaySinceLastSenderReport()).isBetween(0L, 0xffff_ffffL);
                assertThat(expected.percent()).isBetween(0, 100);
            }
        }
        assertThat(parts).isGreaterThan(Mutants.COUNT / 4);
        assertThat(blocks).isGreaterThan(Mutants.COUNT / 4);
    }

    private static void check(ReportBlock block, long ntp) {
        boolean bounded =
                block.fractionLost() >= 0
                        && block.fractionLost() <= 255
                        && Math.abs(block.cumulativeLost()) <= 0x80_0000
                        && block.jitter() >= 0
                        && block.roundTripNanos(ntp) >= -1
                        && block.roundTripNanos(ntp) <= 60 * SECOND;
        if (!bounded) {
            throw new AssertionError("seed gives a block out of bounds");
        }
    }
}
