package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.testng.annotations.Test;

public class LossWindowTest {

    @Test
    public void nothingIsKnownOfFewPackets() {
        LossWindow window = new LossWindow();
        assertThat(window.percent()).isNaN();
        window.note(49, 10);

        assertThat(window.percent()).isNaN();
        assertThat(LossWindow.percent(49, 10)).isNaN();
    }

    @Test
    public void lossOfTenSecondsIsForgottenAfterTen() {
        LossWindow window = new LossWindow();
        long packets = 0;
        long lost = 0;
        for (int i = 0; i < 10; i++) {
            packets += 50;
            lost += 5;
            window.note(packets, lost);
            assertThat(window.percent()).isCloseTo(10, within(1e-9));
        }
        for (int i = 1; i <= 100; i++) {
            packets += 50;
            window.note(packets, lost);
            assertThat(window.percent()).isCloseTo(Math.max(0, 10 - i), within(1e-9));
        }
    }

    @Test
    public void aPausingSenderIsLookedAtForLonger() {
        LossWindow window = new LossWindow();
        long packets = 0;
        for (int i = 0; i < 24; i++) {
            packets += 2;
            window.note(packets, 1);
            assertThat(window.percent()).isNaN();
        }
        window.note(50, 1);
        assertThat(window.percent()).isCloseTo(2, within(1e-9));
        for (int i = 0; i < 40; i++) {
            window.note(50, 1);
        }

        assertThat(window.percent()).isNaN();
    }

    @Test
    public void packetsThatComeAfterAllAreNoLossBelowNone() {
        LossWindow window = new LossWindow();
        window.note(100, 10);
        for (int i = 1; i <= 10; i++) {
            window.note(100 + 50L * i, 0);
        }

        assertThat(window.percent()).isZero();
    }
}
