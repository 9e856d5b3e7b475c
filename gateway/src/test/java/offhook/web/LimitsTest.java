package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import offhook.guard.FailureLimiter;
import offhook.http.ClientAddress;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The small pieces that count and name strangers.
public class LimitsTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    public void budgetAllowsABurstAndThenTheRate() {
        MessageBudget budget = new MessageBudget(8, 40, 0);

        for (int i = 0; i < 40; i++) {
            assertThat(budget.spend(0)).isTrue();
        }
        assertThat(budget.spend(0)).isFalse();
        assertThat(budget.spend(SECOND / 8)).isTrue();
        assertThat(budget.spend(SECOND / 8)).isFalse();
    }

    @Test
    public void budgetNeverSavesMoreThanTheBurst() {
        MessageBudget budget = new MessageBudget(8, 2, 0);

        assertThat(budget.spend(3_600 * SECOND)).isTrue();
        assertThat(budget.spend(3_600 * SECOND)).isTrue();
        assertThat(budget.spend(3_600 * SECOND)).isFalse();
    }

    @Test
    public void failuresBlockForTheRestOfTheWindowOnly() {
        AtomicLong now = new AtomicLong();
        FailureLimiter limiter = new FailureLimiter(3, 60 * SECOND, now::get);
        limiter.failed("alice");
        limiter.failed("alice");
        assertThat(limiter.blockedNanos("alice")).isZero();
        limiter.failed("alice");

        assertThat(limiter.blockedNanos("alice")).isEqualTo(60 * SECOND);
        assertThat(limiter.blockedNanos("bob")).isZero();
        now.set(60 * SECOND);
        assertThat(limiter.blockedNanos("alice")).isZero();
        limiter.failed("alice");
        assertThat(limiter.blockedNanos("alice")).isZero();
    }

    @Test
    public void floodOfNamesDoesNotGrowWithoutBound() {
        AtomicLong now = new AtomicLong();
        FailureLimiter limiter = new FailureLimiter(3, 60 * SECOND, now::get);
        limiter.failed("alice");
        limiter.failed("alice");
        limiter.failed("alice");
        for (int i = 0; i < 50_000; i++) {
            limiter.failed("name" + i);
        }

        assertThat(limiter.keys()).isEqualTo(10_000);
        assertThat(limiter.blockedNanos("alice")).isPositive();
        now.set(120 * SECOND);
        limiter.failed("late");
        assertThat(limiter.keys()).isEqualTo(1);
    }

    @Test
    public void floodOfNamesBlocksNoNameThatDidNotFail() {
        AtomicLong now = new AtomicLong();
        FailureLimiter limiter = new FailureLimiter(3, 60 * SECOND, now::get);
        for (int i = 0; i < 10_000; i++) {
            now.incrementAndGet();
            limiter.failed("blocked" + i);
            limiter.failed("blocked" + i);
            limiter.failed("blocked" + i);
        }

        limiter.failed("alice");
        limiter.failed("bob");

        assertThat(limiter.blockedNanos("alice")).isZero();
        assertThat(limiter.blockedNanos("bob")).isZero();
        assertThat(limiter.blockedNanos("blocked0")).as("the oldest gave way").isZero();
        assertThat(limiter.blockedNanos("blocked9999")).isPositive();
        assertThat(limiter.keys()).isEqualTo(10_000);
    }

    @Test
    public void strangersAreCountedByAddressAndInAll() {
        SocketCount count = new SocketCount(3, 2);
        assertThat(count.tryAdd("a")).isTrue();
        assertThat(count.tryAdd("a")).isTrue();
        assertThat(count.tryAdd("a")).isFalse();
        assertThat(count.tryAdd("b")).isTrue();
        assertThat(count.tryAdd("c")).isFalse();
        count.remove("a");
        assertThat(count.tryAdd("c")).isTrue();
    }

    @Test
    public void strangersWhoComeAtOnceAreNotMoreThanTheLimit() {
        SocketCount count = new SocketCount(100, 20);

        long added =
                IntStream.range(0, 10_000)
                        .parallel()
                        .filter(i -> count.tryAdd("address" + i % 3))
                        .count();

        assertThat(added).isEqualTo(60);
    }

    @DataProvider
    public Object[][] addresses() {
        return new Object[][] {
            {"192.0.2.1", List.of(), "192.0.2.1"},
            {"192.0.2.1", List.of("203.0.113.9"), "192.0.2.1"},
            {"127.0.0.1", List.of(), "127.0.0.1"},
            {"127.0.0.1", List.of("203.0.113.9"), "203.0.113.9"},
            {"127.0.0.1", List.of("10.0.0.1, 203.0.113.9"), "203.0.113.9"},
            {"127.0.0.1", List.of("10.0.0.1", "203.0.113.9"), "203.0.113.9"},
            {"127.0.0.1", List.of("evil.example"), "127.0.0.1"},
            {"127.0.0.1", List.of(""), "127.0.0.1"},
            {"127.0.0.1", List.of("999.1.1.1"), "127.0.0.1"},
            {"2001:db8:1:2:3:4:5:6", List.of(), "20010db800010002/64"},
            {"2001:db8:1:2:ffff::1", List.of(), "20010db800010002/64"},
        };
    }

    @Test(dataProvider = "addresses")
    public void clientIsNamedByItsAddressOrByTheProxyBesideUs(
            String peer, List<String> forwardedFor, String name) {
        assertThat(ClientAddress.of(new InetSocketAddress(peer, 1), forwardedFor)).isEqualTo(name);
    }

    @DataProvider
    public Object[][] hostileTexts() {
        return new Object[][] {
            {"plain ñ", "plain ñ"},
            {"a\r\nb", "a\\u000d\\u000ab"},
            {"\u001b[31m", "\\u001b[31m"},
            {"\u0000", "\\u0000"},
            {"\u202eabc", "\\u202eabc"},
            {"\u2028", "\\u2028"},
            {"\\u000a", "\\u005cu000a"},
            {"${jndi:ldap://x}", "${jndi:ldap://x}"},
        };
    }

    @Test(dataProvider = "hostileTexts")
    public void logTextIsOneHonestLine(String text, String shown) {
        assertThat(SafeText.of(text)).isEqualTo(shown);
    }

    @Test
    public void longLogTextIsCut() {
        assertThat(SafeText.of("x".repeat(10_000))).hasSize(201).endsWith("…");
    }
}
