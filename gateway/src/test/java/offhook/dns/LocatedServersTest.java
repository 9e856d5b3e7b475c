package offhook.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;
import org.xbill.DNS.Type;

/// How long an answer holds, with a clock turned by hand and a real DNS server.
public class LocatedServersTest {

    private final AtomicLong nowNanos = new AtomicLong();
    private DnsStand dns;
    private LocatedServers located;

    @BeforeMethod
    public void start() throws IOException {
        nowNanos.set(0);
        dns = new DnsStand();
        dns.a("pbx.test", 30, "192.0.2.1");
        located =
                new ServerDirectory(List.of(dns.address()), List.of("udp"), nowNanos::get)
                        .of(
                                new ServerName(
                                        "pbx.test",
                                        OptionalInt.of(5060),
                                        Optional.of("udp"),
                                        false));
        located.look();
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        dns.close();
    }

    private void after(int seconds) {
        nowNanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        located.owner().runPending();
    }

    private List<InetAddress> addresses() {
        return located.known().servers().stream().map(Server::address).toList();
    }

    @Test
    public void answerIsAskedAgainWhenItExpires() {
        dns.a("pbx.test", 30, "192.0.2.2");

        after(29);
        assertThat(addresses()).containsExactly(InetAddress.ofLiteral("192.0.2.1"));
        after(1);
        assertThat(addresses()).containsExactly(InetAddress.ofLiteral("192.0.2.2"));
    }

    @Test
    public void lastAnswerHoldsWhileDnsIsOutOfOrder() {
        dns.clear("pbx.test", Type.A);

        after(30);

        assertThat(addresses()).containsExactly(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(located.known().lastError()).isEqualTo("DNS knows no server of pbx.test");
        dns.a("pbx.test", 30, "192.0.2.3");
        after(2);
        assertThat(addresses()).containsExactly(InetAddress.ofLiteral("192.0.2.3"));
        assertThat(located.known().lastError()).isEmpty();
    }
}
