package offhook.dns;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The servers of one configured name, looked up ahead of all calls and again whenever the answer
/// expires, by a virtual thread of its own. While DNS gives no answer, or says that nothing is left
/// of the name, what it said last goes on holding.
public final class LocatedServers {

    private static final Logger LOG = LogManager.getLogger(LocatedServers.class);
    private static final int MAILBOX = 4;
    private static final long SHORTEST_SECONDS = 1;
    private static final long LONGEST_SECONDS = 3600;
    private static final long FIRST_BACK_OFF_SECONDS = 2;
    private static final long LAST_BACK_OFF_SECONDS = 60;

    /// What is known.
    ///
    /// @param lastError why the latest look-up failed; empty: it did not
    public record Known(List<Server> servers, String lastError) {}

    private final ServerName name;
    private final ServerLocator locator;
    private final Owner owner;
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile Known known = new Known(List.of(), "");
    private int failures;

    LocatedServers(ServerName name, ServerLocator locator, NanoClock clock) {
        this.name = name;
        this.locator = locator;
        this.owner =
                new Owner(
                        "dns-" + name.host(),
                        clock,
                        MAILBOX,
                        defect -> LOG.error("defect while looking up {}", name.host(), defect));
    }

    void start() {
        owner.start();
        owner.post(this::look);
    }

    void stop() {
        owner.stop();
    }

    /// The owner that looks; for tests that turn its clock by hand.
    Owner owner() {
        return owner;
    }

    /// What is known now. Never waits.
    public Known known() {
        return known;
    }

    /// What is known once the first look-up is over; waits for that at most so long.
    public Known await(long patienceNanos) {
        try {
            var _ = asked.await(patienceNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return known;
    }

    /// Looks the name up, and again later.
    void look() {
        long againSeconds;
        try {
            ServerLocator.Located located = locator.locate(name);
            if (located.servers().isEmpty()) {
                throw new DnsException("DNS knows no server of " + name.host());
            }
            failures = 0;
            if (!located.servers().equals(known.servers())) {
                LOG.info("located name={} servers={}", name.host(), located.servers());
            }
            known = new Known(located.servers(), "");
            againSeconds = Math.clamp(located.ttlSeconds(), SHORTEST_SECONDS, LONGEST_SECONDS);
        } catch (DnsException e) {
            String why = String.valueOf(e.getMessage());
            if (failures == 0) {
                LOG.warn("not located name={} because=\"{}\"", name.host(), why);
            }
            known = new Known(known.servers(), why);
            againSeconds =
                    Math.min(
                            LAST_BACK_OFF_SECONDS,
                            FIRST_BACK_OFF_SECONDS << Math.min(failures++, 10));
        }
        asked.countDown();
        if (name.literal().isEmpty()) {
            owner.schedule(TimeUnit.SECONDS.toNanos(againSeconds), this::look);
        }
    }
}
