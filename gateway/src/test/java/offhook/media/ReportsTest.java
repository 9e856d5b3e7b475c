package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Random;
import offhook.net.PacketBuffer;
import offhook.rtp.ReceiverStats;
import offhook.rtp.ReportBlock;
import offhook.rtp.RtcpPacket;
import offhook.rtp.RtpSender;
import offhook.telemetry.Counters;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What a peer may say by RTCP, and what it may not bring about.
public class ReportsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int SENT = 500;

    private Reports reports;
    private ReceiverStats received;
    private long nowNanos;

    @BeforeMethod
    public void begin() throws IOException {
        nowNanos = SECOND;
        MediaLoop loop = new MediaLoop(0, () -> nowNanos, new Counters());
        LoopKit kit = LoopKits.dry(loop, new Counters());
        RtpSender sender = new RtpSender(0xcafe, 48_000, 1, 1);
        PacketBuffer out = new PacketBuffer();
        for (int i = 0; i < SENT; i++) {
            sender.begin(out, 111, false, 960, nowNanos);
            sender.end(out, 40);
        }
        received = new ReceiverStats(48_000);
        for (int i = 0; i < 100; i++) {
            received.onPacket(0x1111_1111, i, i * 960L, i * SECOND / 50);
        }
        reports = new Reports(kit, "us", sender, received);
    }

    private boolean read(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        PacketBuffer packet = new PacketBuffer().clear();
        System.arraycopy(bytes, 0, packet.bytes(), packet.offset(), bytes.length);
        packet.length(bytes.length);
        return reports.read(packet, nowNanos);
    }

    /// A receiver report about a stream of ours.
    private static String report(String ssrc, int fraction, int lost) {
        return "81c90007 11111111 %s %02x%06x 00000200 00000010 00000000 00000000"
                .formatted(ssrc, fraction, lost & 0xff_ffff);
    }

    @Test
    public void aByeEndsNothingAndFeedbackIsIgnored() {
        // BYE of the peer, of ourselves, of 31 sources; a NACK; a lost picture; extended reports.
        assertThat(read("81cb0001 11111111")).isTrue();
        assertThat(read("81cb0001 0000cafe")).isTrue();
        assertThat(read("9fcb001f" + "11111111".repeat(31))).isTrue();
        assertThat(read("81cd0003 11111111 0000cafe 00100003")).isTrue();
        assertThat(read("81ce0002 11111111 0000cafe")).isTrue();
        assertThat(read("80cf0001 11111111")).isTrue();

        assertThat(received.received()).isEqualTo(100);
        assertThat(reports.peerLost()).isZero();
        assertThat(reports.expectedLossPercent()).isZero();
        received.onPacket(0x1111_1111, 100, 100 * 960L, 2 * SECOND);
        assertThat(received.received()).isEqualTo(101);
        assertThat(received.restarts()).isZero();
    }

    @Test
    public void lossOfOursIsExpectedAndThatOfOthersIsNot() {
        for (int i = 0; i < 10; i++) {
            nowNanos += SECOND;
            assertThat(read(report("0000beef", 128, 100))).isTrue();
        }
        assertThat(reports.expectedLossPercent()).isZero();
        assertThat(reports.peerLost()).isZero();

        for (int i = 0; i < 10; i++) {
            nowNanos += SECOND;
            assertThat(read(report("0000cafe", 26, 10 * i))).isTrue();
        }
        assertThat(reports.expectedLossPercent()).isBetween(9, 11);
        assertThat(reports.peerLost()).isEqualTo(90);
    }

    @Test
    public void aPeerCannotHaveLostLessThanNothingOrMoreThanWasSent() {
        assertThat(read(report("0000cafe", 255, -5))).isTrue();
        assertThat(reports.peerLost()).isZero();
        assertThat(read(report("0000cafe", 255, 0x7f_ffff))).isTrue();
        assertThat(reports.peerLost()).isEqualTo(SENT);
        assertThat(reports.expectedLossPercent()).isBetween(0, 100);
    }

    @DataProvider
    static Object[][] profiles() {
        return new Object[][] {{false, 7.5, 15}, {true, 3.0, 90}};
    }

    /// Two minutes of 5 % loss, told in fractions since the report before, and soon to who takes
    /// feedback.
    @Test(dataProvider = "profiles")
    public void thePeerHearsOfItsLosses(boolean feedback, double mostSeconds, int leastReports) {
        if (feedback) {
            reports.feedback();
        }
        Random random = new Random(5);
        PacketBuffer packet = new PacketBuffer();
        RtcpPacket read = new RtcpPacket();
        ReportBlock block = new ReportBlock();
        long start = nowNanos;
        long before = start;
        double longestSeconds = 0;
        int count = 0;
        long lost = 0;
        long lostWhenTold = 0;
        double fractionSeconds = 0;
        for (int i = 100; i < 6100; i++) {
            nowNanos = start + (i - 100) * SECOND / 50;
            if (random.nextInt(20) == 0) {
                lost++;
            } else {
                received.onPacket(0x1111_1111, i, i * 960L, nowNanos);
            }
            if (reports.isDue(nowNanos)) {
                reports.write(packet.clear(), nowNanos);
                assertThat(read.wrap(packet)).isTrue();
                assertThat(read.next()).isTrue();
                read.report(0, block);
                double seconds = (double) (nowNanos - before) / SECOND;
                longestSeconds = Math.max(longestSeconds, seconds);
                fractionSeconds += block.fractionLost() / 256.0 * seconds;
                before = nowNanos;
                lostWhenTold = lost;
                count++;
            }
        }

        assertThat(longestSeconds).isLessThan(mostSeconds + 0.1);
        assertThat(count).isGreaterThan(leastReports);
        // The fraction is rounded down to 1/256.
        double toldSeconds = (double) (before - start) / SECOND;
        assertThat(fractionSeconds / toldSeconds)
                .isCloseTo(lostWhenTold / (50 * toldSeconds), within(0.005));
        assertThat(lostWhenTold).isGreaterThan(200);
    }
}
