package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ExpectedLossTest {

    private static final long SECOND = 1_000_000_000L;

    private ExpectedLoss expected;
    private long now;

    @BeforeMethod
    public void begin() {
        expected = new ExpectedLoss();
        now = 0;
    }

    private void reports(int count, double percent) {
        for (int i = 0; i < count; i++) {
            now += SECOND;
            expected.onReport((int) (percent * 256 / 100), now);
        }
    }

    @Test
    public void nothingIsExpectedOfACleanPath() {
        assertThat(expected.percent()).isZero();
        reports(100, 0);
        assertThat(expected.percent()).isZero();
        reports(100, 1);
        assertThat(expected.percent()).isZero();
    }

    @Test
    public void aLoneLossIsNoReason() {
        reports(10, 0);
        reports(1, 3);
        assertThat(expected.percent()).isZero();
        reports(3, 0);
        reports(1, 3);
        assertThat(expected.percent()).isZero();
    }

    @DataProvider
    Object[][] losses() {
        return new Object[][] {{2.5}, {5.0}, {10.0}, {30.0}, {99.0}};
    }

    @Test(dataProvider = "losses")
    public void whatIsLostIsExpectedAfterAFewReports(double percent) {
        reports(5, percent);
        assertThat(expected.percent()).isBetween((int) (percent * 0.85), (int) (percent + 1));

        reports(20, percent);
        assertThat(expected.percent()).isBetween((int) percent - 1, (int) (percent + 1));
    }

    @Test
    public void heavyLossIsAnsweredAtOnce() {
        reports(1, 10);
        assertThat(expected.percent()).isEqualTo(5);
    }

    @Test(dataProvider = "losses")
    public void aPathThatIsCleanAgainIsBelievedAfterTenToTwentySeconds(double percent) {
        reports(20, percent);
        reports(10, 0);
        assertThat(expected.percent()).isPositive();
        reports(11, 0);
        assertThat(expected.percent()).isZero();
    }

    @Test
    public void reportsEachFiveSecondsDoAsWell() {
        for (int i = 0; i < 10; i++) {
            now += 5 * SECOND;
            expected.onReport(20, now);
        }
        assertThat(expected.percent()).isBetween(7, 8);
        for (int i = 0; i < 4; i++) {
            now += 5 * SECOND;
            expected.onReport(0, now);
        }
        assertThat(expected.percent()).isZero();
    }

    @Test
    public void lessLossIsFollowedDown() {
        reports(20, 20);
        reports(20, 4);
        assertThat(expected.percent()).isBetween(3, 5);
    }

    @Test
    public void lossThatComesAndGoesKeepsRedundancyUp() {
        for (int i = 0; i < 20; i++) {
            reports(2, 8);
            reports(6, 0);
            assertThat(expected.percent()).isBetween(4, 9);
        }
    }

    @Test
    public void anyReportsGiveAPercentage() {
        Random random = new Random(9);
        for (int i = 0; i < 1_000_000; i++) {
            now += random.nextLong(20 * SECOND);
            expected.onReport(random.nextInt(256), now);
            if (expected.percent() < 0 || expected.percent() > 100) {
                assertThat(expected.percent()).isBetween(0, 100);
            }
        }
    }
}
