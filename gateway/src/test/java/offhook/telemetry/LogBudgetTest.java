package offhook.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class LogBudgetTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    public void oneLineASecondSaysHowManyWereLeftOut() {
        LogBudget budget = new LogBudget(Long.MAX_VALUE);

        assertThat(budget.spend(Long.MAX_VALUE)).hasValue(0);
        for (int i = 1; i <= 7; i++) {
            assertThat(budget.spend(Long.MAX_VALUE + i * SECOND / 8)).isEmpty();
        }

        assertThat(budget.spend(Long.MAX_VALUE + SECOND)).hasValue(7);
        assertThat(budget.spend(Long.MAX_VALUE + 2 * SECOND)).hasValue(0);
    }
}
