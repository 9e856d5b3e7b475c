package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import offhook.config.TrunkReach.Ping;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// What makes a target go up and down, with a clock turned by hand.
public class TargetHealthTest {

    private static final Ping THREE = new Ping(Duration.ofSeconds(3), Duration.ofSeconds(2), 3, 3);

    private final AtomicLong nowNanos = new AtomicLong();
    private TargetHealth probed;
    private TargetHealth plain;

    @BeforeMethod
    public void begin() {
        nowNanos.set(Long.MAX_VALUE - 5); // the clock may wrap
        Clock wall = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        probed = new TargetHealth(Optional.of(THREE), nowNanos::get, wall);
        plain = new TargetHealth(Optional.empty(), nowNanos::get, wall);
    }

    private void after(long seconds) {
        nowNanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    public void threeMissesInARowAreDown() {
        probed.onGood();
        probed.onMiss("a");
        probed.onMiss("b");
        probed.onGood();
        probed.onMiss("c");
        probed.onMiss("d");
        assertThat(probed.word()).isEqualTo("up");

        probed.onMiss("e");

        assertThat(probed.word()).isEqualTo("down");
        assertThat(probed.isUsable()).isFalse();
        assertThat(probed.lastError()).isEqualTo("e");
    }

    @Test
    public void threeAnswersInARowAreUpAgain() {
        probed.onUnheard("INVITE: no answer");
        assertThat(probed.isUsable()).isFalse();

        probed.onGood();
        probed.onGood();
        probed.onMiss("x");
        probed.onGood();
        probed.onGood();
        probed.onAnswered();
        assertThat(probed.isUsable()).isFalse();
        probed.onGood();

        assertThat(probed.isUsable()).isTrue();
    }

    @Test
    public void retryAfterOutlastsGoodProbes() {
        probed.onRetryAfter(10, "503");
        probed.onGood();
        after(9);
        assertThat(probed.word()).isEqualTo("avoided");
        assertThat(probed.takesLastResort()).isFalse();

        after(1);

        assertThat(probed.word()).isEqualTo("up");
    }

    @Test
    public void nobodyClosesATargetForMoreThanAnHour() {
        plain.onRetryAfter(Integer.MAX_VALUE, "503");

        after(3600);

        assertThat(plain.isUsable()).isTrue();
    }

    @Test
    public void withoutProbesACallNowAndThenFindsOut() {
        plain.onUnheard("INVITE: no answer");
        after(29);
        assertThat(plain.takesTrial()).isFalse();
        after(1);
        assertThat(plain.takesTrial()).isTrue();
        assertThat(plain.takesTrial()).isFalse();

        plain.onAnswered();

        assertThat(plain.isUsable()).isTrue();
    }

    @Test
    public void lastResortIsOneCallASecond() {
        plain.onUnheard("INVITE: no answer");
        int taken = 0;
        for (int tenth = 0; tenth < 100; tenth++) {
            nowNanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
            taken += plain.takesLastResort() ? 1 : 0;
        }

        assertThat(taken).isEqualTo(10);
    }

    @Test
    public void probedTargetThatIsDownIsGivenNoTrial() {
        probed.onUnheard("INVITE: no answer");
        after(3600);

        assertThat(probed.takesTrial()).isFalse();
    }
}
