package offhook.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.testng.annotations.Test;

public class SignInGuardTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    public void tenFailuresOfANameBlockItAtThatAddressOnly() {
        SignInGuard guard = new SignInGuard(10, 60 * SECOND, () -> 0);

        fail(guard, "alice", "192.0.2.1", 10);

        assertThat(guard.blockedNanos("alice", "192.0.2.1")).isEqualTo(60 * SECOND);
        assertThat(guard.blockedNanos("alice", "192.0.2.2")).isZero();
        assertThat(guard.blockedNanos("bob", "192.0.2.1")).isZero();
        assertThat(guard.delayNanos("alice")).isZero();
    }

    @Test
    public void thirtyFailuresBlockTheAddress() {
        SignInGuard guard = new SignInGuard(10, 60 * SECOND, () -> 0);

        for (int i = 0; i < 30; i++) {
            assertThat(guard.blockedNanos("bob", "192.0.2.1")).isZero();
            guard.failed("nobody" + i, "192.0.2.1");
        }

        assertThat(guard.blockedNanos("bob", "192.0.2.1")).isPositive();
        assertThat(guard.blockedNanos("bob", "192.0.2.2")).isZero();
    }

    @Test
    public void guessesFromManyAddressesSlowTheNameDownAndNeverBlockIt() {
        AtomicLong now = new AtomicLong();
        SignInGuard guard = new SignInGuard(10, 60 * SECOND, now::get);

        for (int i = 0; i < 49; i++) {
            guard.failed("alice", "192.0.2." + i);
        }
        assertThat(guard.delayNanos("alice")).isZero();
        guard.failed("alice", "192.0.2.99");
        assertThat(guard.delayNanos("alice")).isPositive();
        for (int i = 0; i < 500; i++) {
            guard.failed("alice", "198.51.100." + i);
        }

        assertThat(guard.delayNanos("alice")).isEqualTo(2 * SECOND);
        assertThat(guard.blockedNanos("alice", "203.0.113.1")).isZero();
        assertThat(guard.delayNanos("bob")).isZero();
        now.set(60 * SECOND);
        assertThat(guard.delayNanos("alice")).isZero();
    }

    private static void fail(SignInGuard guard, String name, String address, int times) {
        for (int i = 0; i < times; i++) {
            guard.failed(name, address);
        }
    }
}
