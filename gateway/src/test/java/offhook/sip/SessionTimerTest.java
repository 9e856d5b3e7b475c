package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.sip.SessionTimer.Due;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// When a session is refreshed and when it is over (RFC 4028 §10), on a clock turned by hand.
public class SessionTimerTest {

    private static final long SECOND = 1_000_000_000;

    /// The clock's origin is arbitrary, and it may pass its largest value.
    private static final long START = Long.MAX_VALUE - 10 * SECOND;

    @DataProvider
    public static Object[][] times() {
        return new Object[][] {
            // interval, refresh, over
            {90, 45, 60},
            {60, 30, 40},
            {1800, 900, 1768},
        };
    }

    @Test(dataProvider = "times")
    public void weRefreshAtHalfAndEndShortlyBeforeTheEnd(int interval, int refresh, int over) {
        SessionTimer timer = SessionTimer.renewed(interval, true, START);

        assertThat(due(timer, 0)).isEqualTo(Due.NOTHING);
        assertThat(timer.due(START + refresh * SECOND - 1)).isEqualTo(Due.NOTHING);
        assertThat(due(timer, refresh)).isEqualTo(Due.REFRESH);
        assertThat(timer.due(START + over * SECOND - 1)).isEqualTo(Due.REFRESH);
        assertThat(due(timer, over)).isEqualTo(Due.OVER);
    }

    @Test
    public void peersRefreshIsOnlyWaitedFor() {
        SessionTimer timer = SessionTimer.renewed(90, false, START);

        assertThat(due(timer, 59)).isEqualTo(Due.NOTHING);
        assertThat(due(timer, 60)).isEqualTo(Due.OVER);
    }

    @Test
    public void refreshUnderWayIsNotSentAgain() {
        SessionTimer sent = SessionTimer.renewed(90, true, START).sent();

        assertThat(due(sent, 59)).isEqualTo(Due.NOTHING);
        assertThat(due(sent, 60)).isEqualTo(Due.OVER);
    }

    @Test
    public void failedRefreshIsTriedOnceMoreHalfwayToTheEnd() {
        SessionTimer failed = SessionTimer.renewed(90, true, START).sent().failed(at(46));
        assertThat(due(failed, 52)).isEqualTo(Due.NOTHING);
        assertThat(due(failed, 53)).isEqualTo(Due.REFRESH);

        SessionTimer again = failed.sent().failed(at(54));
        assertThat(due(again, 59)).isEqualTo(Due.NOTHING);
        assertThat(due(again, 60)).isEqualTo(Due.OVER);
    }

    @Test
    public void collisionsCostNoTry() {
        SessionTimer timer = SessionTimer.renewed(1800, true, START);

        for (int i = 0; i < 10; i++) {
            timer = timer.sent().collided(at(900 + 4 * i), 3 * SECOND);
            assertThat(due(timer, 902 + 4 * i)).isEqualTo(Due.NOTHING);
            assertThat(due(timer, 903 + 4 * i)).isEqualTo(Due.REFRESH);
        }
    }

    @Test
    public void longerIntervalIsAskedForAtOnceAndNotForEver() {
        SessionTimer longer = SessionTimer.renewed(90, true, START).sent().lengthened(120, at(46));
        assertThat(longer.intervalSeconds()).isEqualTo(120);
        assertThat(due(longer, 46)).isEqualTo(Due.REFRESH);

        SessionTimer once = longer.sent().lengthened(240, at(47));
        assertThat(due(once, 59)).isEqualTo(Due.NOTHING);
        assertThat(due(once, 60)).isEqualTo(Due.OVER);
    }

    private static Due due(SessionTimer timer, int second) {
        return timer.due(at(second));
    }

    private static long at(int second) {
        return START + second * SECOND;
    }
}
