package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.call.LegQuality.Audio;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Calls of which each second is told, by a clock that the test turns.
public class OneWayWatchTest {

    private static final long SECOND = 1_000_000_000L;

    private OneWayWatch watch;
    private long nowNanos;

    @BeforeMethod
    public void begin() {
        nowNanos = 77 * SECOND;
        watch = new OneWayWatch(nowNanos);
    }

    private void seconds(int count, boolean packets, boolean audible, boolean otherSpeaks) {
        for (int i = 0; i < count; i++) {
            nowNanos += SECOND;
            watch.onSecond(true, packets, audible, otherSpeaks, nowNanos);
        }
    }

    private void held(int count) {
        for (int i = 0; i < count; i++) {
            nowNanos += SECOND;
            watch.onSecond(false, false, false, false, nowNanos);
        }
    }

    private void is(Audio state, long secondsAgo) {
        assertThat(watch.state()).isEqualTo(state);
        assertThat(nowNanos - watch.sinceNanos()).isEqualTo(secondsAgo * SECOND);
    }

    @Test
    public void aLegFromWhichNothingEverCameIsOneWayAfterFiveSeconds() {
        seconds(4, false, false, true);
        is(Audio.WAITING, 4);
        seconds(1, false, false, true);

        is(Audio.NO_PACKETS, 5);
    }

    @Test
    public void aLegThatSendsOnlyDigitalSilenceIsToldApart() {
        seconds(5, true, false, true);
        is(Audio.DIGITAL_SILENCE, 5);

        // Its packets stop as well.
        seconds(5, false, false, true);
        is(Audio.NO_PACKETS, 10);
    }

    @Test
    public void aLegThatWasHeardMayBeSilentForTen() {
        seconds(30, true, true, false);
        is(Audio.HEARD, 29);
        seconds(9, false, false, true);
        is(Audio.HEARD, 38);
        seconds(1, false, false, true);
        is(Audio.NO_PACKETS, 10);

        seconds(1, true, true, true);
        is(Audio.HEARD, 0);
    }

    @Test
    public void nothingIsSaidWhileTheOtherSideIsSilentToo() {
        seconds(60, false, false, false);
        is(Audio.WAITING, 60);
        seconds(1, false, false, true);
        is(Audio.WAITING, 61);
        seconds(1, false, false, true);

        is(Audio.NO_PACKETS, 62);
    }

    @Test
    public void aHeldLegIsNotJudgedAndBeginsAnew() {
        seconds(10, true, true, true);
        held(60);
        is(Audio.HELD, 59);
        seconds(9, true, false, true);
        is(Audio.WAITING, 8);
        seconds(1, true, false, true);

        is(Audio.DIGITAL_SILENCE, 10);
    }

    @Test
    public void whoeverSpeaksNowAndThenIsHeard() {
        for (int i = 0; i < 20; i++) {
            seconds(8, i % 2 == 0, false, true);
            seconds(1, true, true, true);
        }

        is(Audio.HEARD, 20 * 9 - 9);
    }
}
