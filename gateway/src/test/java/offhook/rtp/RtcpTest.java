package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HexFormat;
import java.util.Random;
import offhook.net.PacketBuffer;
import offhook.rtp.RtcpPacket.Kind;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class RtcpTest {

    private static final long SECOND = 1_000_000_000L;

    /// 2026-01-01T00:00:00Z.
    private static final long UNIX_MILLIS = 1_767_225_600_000L;

    private static final long NTP_SECONDS = 3_976_214_400L;

    private final NtpTime ntp = new NtpTime(UNIX_MILLIS, 100 * SECOND);

    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes.replace(" ", ""));
    }

    private static boolean wrap(RtcpPacket packet, String hex) {
        byte[] bytes = hex(hex);
        return packet.wrap(bytes, 0, bytes.length);
    }

    @Test
    public void theNtpClockCountsFrom1900() {
        assertThat(ntp.at(100 * SECOND) >>> 32).isEqualTo(NTP_SECONDS);
        assertThat(ntp.at(100 * SECOND + SECOND / 4) & 0xffff_ffffL).isEqualTo(0x4000_0000L);
        assertThat(NtpTime.shortUnitsOf(SECOND)).isEqualTo(65536);
        assertThat(NtpTime.nanosOf(65536)).isEqualTo(SECOND);
    }

    @Test
    public void theRoundTripIsThatOfTheExampleInTheRfc() {
        // RFC 3550 §6.4.1, figure 2: 6.125 s between A and LSR + DLSR.
        ReportBlock block = new ReportBlock();
        block.lastSenderReport = 0xb705_2000;
        block.delaySinceLastSenderReport = 0x0005_4000;
        long a = (0xb44d_b710L << 32) | 0x8000_0000L;

        assertThat(NtpTime.middle(a)).isEqualTo(0xb710_8000);
        assertThat(block.roundTripNanos(a)).isEqualTo(6_125_000_000L);
    }

    @Test
    public void aRoundTripThatCannotBeIsNone() {
        ReportBlock block = new ReportBlock();
        assertThat(block.roundTripNanos(ntp.at(0))).isEqualTo(-1);

        block.lastSenderReport = NtpTime.middle(ntp.at(110 * SECOND));
        assertThat(block.roundTripNanos(ntp.at(109 * SECOND))).isEqualTo(-1);
        assertThat(block.roundTripNanos(ntp.at(200 * SECOND))).isEqualTo(-1);
        assertThat(block.roundTripNanos(ntp.at(111 * SECOND)) / 1e9).isCloseTo(1, within(0.001));
    }

    @Test
    public void aSenderReportTellsPacketsOctetsAndTheClocksOfOneMoment() {
        RtpSender sender = new RtpSender(0xcafe, 48_000, 1, 1000);
        ReceiverStats receiver = new ReceiverStats(48_000);
        PacketBuffer media = new PacketBuffer();
        long now = 100 * SECOND;
        for (int i = 0; i < 50; i++, now += SECOND / 50) {
            sender.begin(media, 111, i == 0, 960, now);
            sender.end(media, 60);
        }
        PacketBuffer packet = new PacketBuffer();
        new RtcpWriter(ntp, "abc").report(packet, sender, receiver, 101 * SECOND);
        RtcpPacket rtcp = new RtcpPacket();

        assertThat(rtcp.wrap(packet)).isTrue();
        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.kind()).isEqualTo(Kind.SENDER_REPORT);
        assertThat(rtcp.ssrc()).isEqualTo(0xcafe);
        assertThat(rtcp.packetCount()).isEqualTo(50);
        assertThat(rtcp.octetCount()).isEqualTo(3000);
        assertThat(rtcp.ntpTimestamp() >>> 32).isEqualTo(NTP_SECONDS + 1);
        assertThat(rtcp.rtpTimestamp()).isEqualTo(1000 + 48_000);
        assertThat(rtcp.reportCount()).isZero();
        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.kind()).isEqualTo(Kind.SOURCE_DESCRIPTION);
        assertThat(rtcp.next()).isFalse();
        // SDES: header, SSRC, item 1 of 3 bytes, and null octets up to a word.
        byte[] tail = new byte[16];
        System.arraycopy(packet.bytes(), packet.end() - 16, tail, 0, 16);
        assertThat(tail).isEqualTo(hex("81ca0003 0000cafe 01036162 63000000"));
    }

    @Test
    public void theRtpTimeOfASenderReportGoesOnWhileNothingIsSent() {
        RtpSender sender = new RtpSender(0xcafe, 8000, 1, 1000);
        PacketBuffer media = new PacketBuffer();
        sender.begin(media, 8, true, 160, 100 * SECOND);
        sender.end(media, 160);
        PacketBuffer packet = new PacketBuffer();
        new RtcpWriter(ntp, "abc")
                .report(packet, sender, new ReceiverStats(8000), 103 * SECOND + SECOND / 2);
        RtcpPacket rtcp = new RtcpPacket();
        rtcp.wrap(packet);
        rtcp.next();

        assertThat(rtcp.ntpTimestamp()).isEqualTo((NTP_SECONDS + 3) << 32 | 0x8000_0000L);
        assertThat(rtcp.rtpTimestamp()).isEqualTo(1000 + 3 * 8000 + 4000);
        // The packet after the pause continues that line.
        sender.begin(media, 8, true, 4 * 8000, 104 * SECOND);
        assertThat(sender.timestampAt(104 * SECOND)).isEqualTo(1000 + 4 * 8000);
        assertThat(sender.lastTimestamp()).isEqualTo(1000 + 4 * 8000);
    }

    @Test
    public void aReceiverReportCarriesWhatWasSeenAndAByeComesLast() {
        RtpSender sender = new RtpSender(7, 8000, 1, 1);
        ReceiverStats receiver = new ReceiverStats(8000);
        for (int i = 0; i < 100; i++) {
            if (i % 4 != 3) {
                receiver.onPacket(99, 65_500 + i & 0xffff, i * 160L, i * SECOND / 50);
            }
        }
        receiver.onSenderReport(0x1111_2222_3333_4444L, 2 * SECOND);
        PacketBuffer packet = new PacketBuffer();
        new RtcpWriter(ntp, "x").bye(packet, sender, receiver, 4 * SECOND);
        RtcpPacket rtcp = new RtcpPacket();
        ReportBlock block = new ReportBlock();

        assertThat(rtcp.wrap(packet)).isTrue();
        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.kind()).isEqualTo(Kind.RECEIVER_REPORT);
        assertThat(rtcp.reportCount()).isEqualTo(1);
        rtcp.report(0, block);
        assertThat(block.ssrc()).isEqualTo(99);
        assertThat(block.fractionLost()).isEqualTo(24 * 256 / 99);
        assertThat(block.cumulativeLost()).isEqualTo(24);
        assertThat(block.extendedHighestSequence()).isEqualTo(65_500 + 98);
        assertThat(block.lastSenderReport()).isEqualTo(0x2222_3333);
        assertThat(block.delaySinceLastSenderReport()).isEqualTo(2 * 65536);
        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.kind()).isEqualTo(Kind.BYE);
        assertThat(rtcp.ssrc()).isEqualTo(7);
        assertThat(rtcp.next()).isFalse();
    }

    @Test
    public void negativeLossSurvivesTheTwentyFourBits() {
        byte[] bytes = new byte[ReportBlock.LENGTH_BYTES];
        ReportBlock block = new ReportBlock();
        block.cumulativeLost = -3;
        block.fractionLost = 255;
        block.write(bytes, 0);
        ReportBlock back = new ReportBlock();
        back.read(bytes, 0);

        assertThat(back.cumulativeLost()).isEqualTo(-3);
        assertThat(back.fractionLost()).isEqualTo(255);
    }

    @DataProvider
    Object[][] notCompound() {
        return new Object[][] {
            {""},
            {"80c9"},
            {"80c90001 0000000100"},
            {"80c90002 00000001"},
            {"40c90001 00000001"},
            // Padding in a part that is not the last; padding of 0, 3 and more than there is.
            {"a0c90002 00000001 00000004 80c90001 00000001"},
            {"a0c90002 00000001 00000000"},
            {"a0c90002 00000001 00000003"},
            {"a0c90001 0000000c"}
        };
    }

    @Test(dataProvider = "notCompound")
    public void lengthsThatDoNotAddUpAreRefused(String hex) {
        assertThat(wrap(new RtcpPacket(), hex)).isFalse();
    }

    @Test
    public void aReportThatIsTooShortForItsBlocksHasNone() {
        RtcpPacket rtcp = new RtcpPacket();
        // 31 report blocks announced, none there.
        assertThat(wrap(rtcp, "9fc90001 00000001 9fc80006" + "00".repeat(24))).isTrue();

        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.kind()).isEqualTo(Kind.OTHER);
        assertThat(rtcp.reportCount()).isZero();
        assertThatThrownBy(() -> rtcp.report(0, new ReportBlock()))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.kind()).isEqualTo(Kind.OTHER);
    }

    @Test
    public void feedbackAndExtendedReportsAreSkipped() {
        RtcpPacket rtcp = new RtcpPacket();
        assertThat(wrap(rtcp, "80c90001 00000001 81cd0003" + "00".repeat(12) + "80cf0001 00000002"))
                .isTrue();

        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.kind()).isEqualTo(Kind.RECEIVER_REPORT);
        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.kind()).isEqualTo(Kind.OTHER);
        assertThat(rtcp.type()).isEqualTo(205);
        assertThat(rtcp.next()).isTrue();
        assertThat(rtcp.next()).isFalse();
    }

    @Test
    public void randomBytesThrowNothing() {
        long seed = 1889;
        System.out.println("RtcpTest seed " + seed);
        Random random = new Random(seed);
        RtcpPacket rtcp = new RtcpPacket();
        ReportBlock block = new ReportBlock();
        int parts = 0;
        for (int i = 0; i < 1_000_000; i++) {
            byte[] bytes = new byte[random.nextInt(16) * 4];
            random.nextBytes(bytes);
            for (int at = 0; at + 4 <= bytes.length; ) {
                int words = random.nextInt(10);
                bytes[at] = (byte) (0x80 | random.nextInt(random.nextInt(8) == 0 ? 64 : 4));
                bytes[at + 1] = (byte) (198 + random.nextInt(10));
                Wire.put16(bytes, at + 2, words);
                at += 4 + 4 * words;
            }
            if (!rtcp.wrap(bytes, 0, bytes.length)) {
                continue;
            }
            while (rtcp.next()) {
                parts++;
                if (rtcp.kind() == Kind.SENDER_REPORT) {
                    rtcp.octetCount();
                }
                rtcp.ssrc();
                for (int b = 0; b < rtcp.reportCount(); b++) {
                    rtcp.report(b, block);
                }
            }
        }
        assertThat(parts).isGreaterThan(100_000);
    }
}
