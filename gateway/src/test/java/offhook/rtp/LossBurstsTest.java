package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.testng.annotations.Test;

public class LossBurstsTest {

    /// `.` came, `x` did not.
    private static LossBursts after(String packets) {
        LossBursts bursts = new LossBursts();
        for (char packet : packets.toCharArray()) {
            if (packet == 'x') {
                bursts.lost(1);
            } else {
                bursts.received();
            }
        }
        return bursts;
    }

    @Test
    public void aCallWithoutLossIsOneGap() {
        LossBursts bursts = after(".".repeat(100));

        assertThat(bursts.burstDensity()).isZero();
        assertThat(bursts.burstLength()).isZero();
        assertThat(bursts.gapDensity()).isZero();
        assertThat(bursts.gapLength()).isEqualTo(100);
    }

    @Test
    public void lossesFarApartAreOfGaps() {
        LossBursts bursts = after((".".repeat(16) + "x").repeat(10) + ".".repeat(30));

        assertThat(bursts.burstLength()).isZero();
        assertThat(bursts.gapDensity()).isEqualTo(10 * 256 / 200);
    }

    @Test
    public void lossesTogetherAreABurst() {
        // 20 before, a burst of 8 with 5 lost, 16 and more after.
        LossBursts bursts = after(".".repeat(20) + "xx.x..xx" + ".".repeat(22));

        assertThat(bursts.burstLength()).isEqualTo(8);
        assertThat(bursts.burstDensity()).isEqualTo(5 * 256 / 8);
        assertThat(bursts.gapDensity()).isZero();
        assertThat(bursts.gapLength()).isCloseTo(21, within(1e-9));
    }

    @Test
    public void fifteenPacketsDoNotEndABurstAndSixteenDo() {
        assertThat(after("x" + ".".repeat(15) + "x" + ".".repeat(20)).burstLength()).isEqualTo(17);
        assertThat(after("x" + ".".repeat(16) + "x" + ".".repeat(20)).burstLength()).isZero();
    }

    @Test
    public void aBurstThatStillLastsCounts() {
        assertThat(after(".".repeat(20) + "xxx").burstLength()).isEqualTo(3);
        assertThat(after(".".repeat(20) + "xxx").burstDensity()).isEqualTo(255);
    }
}
