package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.net.PacketBuffer;
import offhook.net.UdpEndpoint;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// A loop on its own thread, by the machine's clock: what it does is waited for, generously.
public class MediaLoopTest {
    private static final long MILLI = 1_000_000L;
    private static final int LIMIT_SECONDS = 30;

    private MediaLoop loop;

    @BeforeMethod
    public void start() throws Exception {
        loop = new MediaLoop(0, NanoClock.system(), new Counters());
        loop.start();
    }

    @AfterMethod
    public void stop() throws Exception {
        loop.stop();
    }

    /// Due again and again until its latch is at zero. Of the loop.
    private class Repeated implements Timed {
        final CountDownLatch left;
        final long stepNanos;
        long dueNanos;

        Repeated(int times, long stepNanos, long firstNanos) {
            this.left = new CountDownLatch(times);
            this.stepNanos = stepNanos;
            this.dueNanos = firstNanos;
        }

        @Override
        public long dueNanos() {
            return dueNanos;
        }

        @Override
        public void onDue(long nowNanos) {
            assertThat(nowNanos).isGreaterThanOrEqualTo(dueNanos);
            dueNanos += stepNanos;
            left.countDown();
        }

        @Override
        public void onDefect(RuntimeException defect) {
            throw defect;
        }

        boolean isDone() throws InterruptedException {
            return left.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    public void aLoopThatStoodStillSaysWhen() throws Exception {
        Repeated ticking = new Repeated(50, 5 * MILLI, System.nanoTime());
        long[] stood = new long[2];

        loop.offer(() -> loop.schedule(ticking));
        loop.offer(() -> {
            stood[0] = System.nanoTime();
            while (System.nanoTime() - stood[0] < 400 * MILLI) {
                Thread.onSpinWait();
            }
            stood[1] = System.nanoTime();
        });
        assertThat(ticking.isDone()).isTrue();

        assertThat(loop.standstills())
                .anySatisfy(each -> {
                    assertThat(each.fromNanos()).isLessThanOrEqualTo(stood[0] + 10 * MILLI);
                    assertThat(each.toNanos()).isGreaterThanOrEqualTo(stood[1]);
                });
    }

    @Test
    public void whatIsDueIsDoneAgainAndAgain() throws Exception {
        long nowNanos = System.nanoTime();
        Repeated slow = new Repeated(3, 50 * MILLI, nowNanos);
        Repeated quick = new Repeated(20, 5 * MILLI, nowNanos);

        loop.offer(() -> loop.schedule(slow));
        loop.offer(() -> loop.schedule(quick));

        assertThat(quick.isDone()).isTrue();
        assertThat(slow.isDone()).isTrue();
    }

    @Test
    public void whatIsScheduledLaterMayBeDueEarlier() throws Exception {
        long nowNanos = System.nanoTime();
        Repeated far = new Repeated(1, MILLI, nowNanos + TimeUnit.HOURS.toNanos(1));
        Repeated near = new Repeated(1, TimeUnit.HOURS.toNanos(1), nowNanos + 20 * MILLI);

        loop.offer(() -> loop.schedule(far));
        loop.offer(() -> loop.schedule(near));

        assertThat(near.isDone()).isTrue();
    }

    @Test
    public void aCommandMayMakeSomethingDueEarlier() throws Exception {
        Repeated one = new Repeated(1, MILLI, System.nanoTime() + TimeUnit.HOURS.toNanos(1));

        loop.offer(() -> loop.schedule(one));
        loop.offer(() -> one.dueNanos = System.nanoTime());

        assertThat(one.isDone()).isTrue();
    }

    @Test
    public void whatEndsItselfDoesNotStopThoseBehindIt() throws Exception {
        long nowNanos = System.nanoTime();
        Repeated once =
                new Repeated(1, MILLI, nowNanos) {
                    @Override
                    public void onDue(long now) {
                        super.onDue(now);
                        loop.unschedule(this);
                    }
                };
        Repeated behind = new Repeated(1, TimeUnit.HOURS.toNanos(1), nowNanos);

        loop.offer(() -> {
            loop.schedule(once);
            loop.schedule(behind);
        });

        assertThat(once.isDone()).isTrue();
        assertThat(behind.isDone()).isTrue();
    }

    /// More a second than the loop wakes up for one by one.
    @Test
    public void aCrowdOfDatagramsArrivesAsAFewDo() throws Exception {
        int count = 5000;
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var received = new AtomicInteger();
        var all = new CountDownLatch(count);
        try (UdpEndpoint from = UdpEndpoint.bind(here, UdpEndpoint.Options.PLAIN);
                UdpEndpoint to =
                        UdpEndpoint.bind(here, new UdpEndpoint.Options(false, 1 << 20, 0))) {
            loop.offer(() -> watch(to, received, all));
            PacketBuffer packet = new PacketBuffer().clear().append(new byte[172], 0, 172);
            for (int i = 0; i < count; i++) {
                assertThat(from.send(packet, to.localAddress())).isTrue();
                // No more than the socket holds are on the way.
                while (i - received.get() > 200) {
                    Thread.onSpinWait();
                }
            }

            assertThat(all.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void watch(UdpEndpoint endpoint, AtomicInteger received, CountDownLatch all) {
        PacketBuffer inbound = new PacketBuffer();
        try {
            loop.watch(
                    endpoint,
                    new Watched() {
                        @Override
                        public void onReadable(long nowNanos) {
                            if (endpoint.receive(inbound) > 0) {
                                received.incrementAndGet();
                                all.countDown();
                            }
                        }

                        @Override
                        public void onDefect(RuntimeException defect) {
                            throw defect;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
