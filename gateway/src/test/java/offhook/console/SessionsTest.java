package offhook.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import offhook.config.OpsUser;
import offhook.config.Secret;
import org.testng.annotations.Test;

public class SessionsTest {

    private static final OpsUser CAROL = new OpsUser("carol", new Secret(""), OpsUser.Role.OPERATE);

    @Test
    public void aSessionLastsAWorkingDay() {
        AtomicLong now = new AtomicLong();
        Sessions sessions = new Sessions(now::get);
        String token = sessions.begin(CAROL);

        now.set(Sessions.LIFETIME_SECONDS * 1_000_000_000L - 1);
        assertThat(sessions.user(token)).contains(CAROL);
        now.incrementAndGet();
        assertThat(sessions.user(token)).isEmpty();
    }

    @Test
    public void theOldestGivesWay() {
        AtomicLong now = new AtomicLong();
        Sessions sessions = new Sessions(now::get);
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i <= Sessions.MOST; i++) {
            now.incrementAndGet();
            tokens.add(sessions.begin(CAROL));
        }

        assertThat(sessions.user(tokens.getFirst())).isEmpty();
        assertThat(sessions.user(tokens.get(1))).contains(CAROL);
        assertThat(sessions.user(tokens.getLast())).contains(CAROL);
        assertThat(tokens).doesNotHaveDuplicates().allMatch(token -> token.length() == 43);
    }

    @Test
    public void viewersShareABudgetThatFillsByTheClock() {
        AtomicLong now = new AtomicLong();
        ViewBudget budget = new ViewBudget(now::get);
        int taken = 0;
        while (budget.take()) {
            taken++;
        }
        assertThat(taken).isEqualTo(2 * ViewBudget.VIEWERS);

        now.addAndGet(1_000_000_000L);
        taken = 0;
        while (budget.take()) {
            taken++;
        }
        assertThat(taken).isEqualTo(ViewBudget.VIEWERS);
    }
}
