package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.testng.annotations.Test;

public class TurnAwayBudgetTest {

    private static final long SECOND = 1_000_000_000L;

    /// Far from zero, as the monotonic clock may be.
    private static final long BEGIN = -5 * SECOND;

    private final TurnAwayBudget budget = new TurnAwayBudget(10);

    @Test
    public void ofAFloodAFewAreToldAndTheOthersCounted() {
        int told = 0;
        for (int i = 0; i < 1000; i++) {
            told += budget.spend("pbx", BEGIN).isPresent() ? 1 : 0;
        }

        assertThat(told).isEqualTo(10);
        assertThat(budget.spend("pbx", BEGIN + SECOND)).isEqualTo(OptionalLong.of(990));
        assertThat(budget.spend("pbx", BEGIN + SECOND)).isEmpty();
        assertThat(budget.spend("other", BEGIN)).isEqualTo(OptionalLong.of(0));
    }

    @Test
    public void restMakesRoomForAsManyAsAtFirst() {
        for (int i = 0; i < 20; i++) {
            budget.spend("web", BEGIN);
        }
        int told = 0;
        for (int i = 0; i < 20; i++) {
            told += budget.spend("web", BEGIN + 3600 * SECOND).isPresent() ? 1 : 0;
        }

        assertThat(told).isEqualTo(10);
    }
}
