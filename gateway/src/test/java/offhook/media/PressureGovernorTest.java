package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PressureGovernorTest {

    @DataProvider
    Object[][] ladders() { // configured complexity, what pressure makes of it
        return new Object[][] {
            {10, List.of(10, 5, 2, 0)},
            {5, List.of(5, 2, 0)},
            {4, List.of(4, 2, 0)},
            {2, List.of(2, 0)},
            {0, List.of(0)},
        };
    }

    @Test(dataProvider = "ladders")
    public void complexityGoesDownAStepASecondAndComesBack(int configured, List<Integer> ladder) {
        PressureGovernor governor = new PressureGovernor(configured);

        for (int complexity : ladder) {
            assertThat(governor.complexity()).isEqualTo(complexity);
            governor.onSecond(0.85, 0);
        }
        assertThat(governor.complexity()).isZero();
        for (int complexity : ladder.reversed()) {
            assertThat(governor.complexity()).isEqualTo(complexity);
            seconds(governor, 10, 0.5, 0);
        }

        assertThat(governor.complexity()).isEqualTo(configured);
        assertThat(governor.stepsDown()).isEqualTo(ladder.size() - 1);
        assertThat(governor.stepsUp()).isEqualTo(ladder.size() - 1);
    }

    @Test
    public void betweenTheMarksNothingChanges() {
        PressureGovernor governor = new PressureGovernor(5);
        governor.onSecond(0.9, 0);

        seconds(governor, 100, 0.7, 0);

        assertThat(governor.complexity()).isEqualTo(2);
        assertThat(governor.stepsDown()).isEqualTo(1);
    }

    @Test
    public void calmMustLast() {
        PressureGovernor governor = new PressureGovernor(5);
        governor.onSecond(0.9, 0);

        for (int i = 0; i < 5; i++) {
            seconds(governor, 9, 0.1, 0);
            governor.onSecond(0.7, 0);
        }

        assertThat(governor.complexity()).isEqualTo(2);
    }

    @Test
    public void repeatedLatenessIsPressureToo() {
        PressureGovernor governor = new PressureGovernor(5);

        seconds(governor, 20, 0.1, 4);
        assertThat(governor.complexity()).isEqualTo(5);
        for (int i = 0; i < 5; i++) {
            governor.onSecond(0.1, 50);
            governor.onSecond(0.1, 0);
        }
        assertThat(governor.complexity()).isEqualTo(5);
        seconds(governor, 2, 0.1, 5);

        assertThat(governor.complexity()).isEqualTo(2);
        assertThat(governor.isFull()).isFalse();
    }

    @Test
    public void callsAreRefusedOnlyBelowTheLastStep() {
        PressureGovernor governor = new PressureGovernor(5);

        governor.onSecond(1, 0);
        governor.onSecond(1, 0);
        assertThat(governor.complexity()).isZero();
        assertThat(governor.isFull()).isFalse();
        governor.onSecond(0.95, 0);
        assertThat(governor.isFull()).isFalse();
        governor.onSecond(0.95, 0);

        assertThat(governor.isFull()).isTrue();
    }

    @Test
    public void callsAreTakenAgainWhenTheLoopHasRoom() {
        PressureGovernor governor = new PressureGovernor(0);
        seconds(governor, 2, 1, 0);
        assertThat(governor.isFull()).isTrue();

        seconds(governor, 20, 0.85, 0);
        assertThat(governor.isFull()).isTrue();
        governor.onSecond(0.7, 0);
        governor.onSecond(0.85, 0);
        governor.onSecond(0.7, 0);
        assertThat(governor.isFull()).isTrue();
        governor.onSecond(0.7, 0);

        assertThat(governor.isFull()).isFalse();
    }

    @Test
    public void aBusyLoopThatCopesIsNotFull() {
        PressureGovernor governor = new PressureGovernor(0);

        seconds(governor, 100, 0.88, 0);

        assertThat(governor.isFull()).isFalse();
    }

    private static void seconds(PressureGovernor governor, int count, double busy, int lateTurns) {
        for (int i = 0; i < count; i++) {
            governor.onSecond(busy, lateTurns);
        }
    }
}
