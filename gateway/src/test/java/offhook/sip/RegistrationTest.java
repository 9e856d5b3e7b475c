package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import offhook.sip.Registration.State;
import offhook.sip.Registration.Step;
import org.testng.annotations.Test;

public class RegistrationTest {

    /// Always the same share of what chance may give, 0 to 1.
    private static Registration with(double chance) {
        RandomGenerator random =
                new RandomGenerator() {
                    @Override
                    public long nextLong() {
                        return 0;
                    }

                    @Override
                    public double nextDouble() {
                        return chance;
                    }
                };
        return new Registration(300, random);
    }

    private static Step seconds(double seconds) {
        return new Step.Wait(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    @Test
    public void refreshesBetweenEightyAndNinetyPercentOfWhatWasGranted() {
        Registration early = with(0);
        Registration late = with(1);

        assertThat(early.onDue()).isEqualTo(new Step.Send(300));
        assertThat(early.state()).isEqualTo(State.REGISTERING);
        late.onDue();
        assertThat(early.onGranted(100)).isEqualTo(seconds(80));
        assertThat(late.onGranted(100)).isEqualTo(seconds(90));
        assertThat(early.state()).isEqualTo(State.REGISTERED);
        assertThat(early.onDue()).isEqualTo(new Step.Send(300));
    }

    @Test
    public void neverRefreshesMoreThanOnceASecond() {
        assertThat(with(0).onGranted(0)).isEqualTo(seconds(1));
    }

    @Test
    public void failuresAreFollowedByLongerWaitsUpToFiveMinutes() {
        Registration calm = with(1);
        Registration hasty = with(0);
        double[] longest = {5, 10, 20, 40, 80, 160, 300, 300, 300};

        for (double each : longest) {
            assertThat(calm.onFailed()).isEqualTo(seconds(each));
            assertThat(hasty.onFailed()).isEqualTo(seconds(each / 2));
        }
        assertThat(calm.state()).isEqualTo(State.FAILING);

        calm.onGranted(60);
        assertThat(calm.onFailed()).isEqualTo(seconds(5));
    }

    @Test
    public void refusalIsAskedAgainAtTheSlowestPace() {
        Registration registration = with(1);
        registration.onDue();

        assertThat(registration.onRefused()).isEqualTo(seconds(300));
        assertThat(registration.state()).isEqualTo(State.REFUSED);
        assertThat(registration.onDue()).isEqualTo(new Step.Send(300));
    }

    @Test
    public void tooBriefIsAskedForLongerOnce() {
        Registration registration = with(1);
        registration.onDue();

        assertThat(registration.onTooBrief(1800)).isEqualTo(new Step.Send(1800));
        assertThat(registration.onTooBrief(3600)).isEqualTo(seconds(300));
        assertThat(registration.state()).isEqualTo(State.REFUSED);
        assertThat(registration.onDue()).isEqualTo(new Step.Send(1800));
    }

    @Test
    public void senselessMinimumIsARefusal() {
        assertThat(with(1).onTooBrief(60)).isEqualTo(seconds(300));
        assertThat(with(1).onTooBrief(Integer.MAX_VALUE)).isEqualTo(seconds(300));
    }

    @Test
    public void stopUnregistersWhomTheRegistrarMayKnow() {
        Registration known = with(1);
        known.onDue();
        known.onGranted(100);

        assertThat(known.onStop(true)).isEqualTo(new Step.Send(0));
        assertThat(known.onGranted(0)).isEqualTo(new Step.Rest());
        assertThat(known.state()).isEqualTo(State.UNREGISTERED);
        assertThat(known.onDue()).isEqualTo(new Step.Rest());
        assertThat(with(1).onStop(false)).isEqualTo(new Step.Rest());
    }

    @Test
    public void stopThatIsNotAnsweredEndsToo() {
        Registration registration = with(1);
        registration.onStop(true);

        assertThat(registration.onFailed()).isEqualTo(new Step.Rest());
        assertThat(registration.onRefused()).isEqualTo(new Step.Rest());
    }
}
