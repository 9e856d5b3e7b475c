package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.LegId;
import offhook.codec.AudioCodec;
import offhook.rtp.RtpPacket;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Audio from a leg of one call to one of another, which live on different loops.
public class TieLegTest {

    private static final int LIMIT_SECONDS = 30;
    private static final LegId NEAR = new LegId(CallId.next(), 2);
    private static final LegId FAR = new LegId(CallId.next(), 1_000_001);

    private final TieLines lines = new TieLines();
    private Counters counters;

    @BeforeMethod
    public void begin() {
        counters = new Counters();
    }

    /// What reached the outlet of a leg.
    private record Heard(
            AudioCodec codec, int sequence, long timestamp, boolean marker, int first, String by) {}

    /// Remembers all of it.
    private static final class Ear implements AudioPath {
        final List<Heard> all = new CopyOnWriteArrayList<>();
        final CountDownLatch left;

        Ear(int expected) {
            left = new CountDownLatch(expected);
        }

        @Override
        public void onPacket(RtpPacket packet, AudioCodec codec, long nowNanos) {
            all.add(
                    new Heard(
                            codec,
                            packet.sequence(),
                            packet.timestamp(),
                            packet.marker(),
                            packet.bytes()[packet.payloadOffset()],
                            Thread.currentThread().getName()));
            left.countDown();
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    /// Counts, and allocates nothing.
    private static final class Tally implements AudioPath {
        long packets;

        @Override
        public void onPacket(RtpPacket packet, AudioCodec codec, long nowNanos) {
            packets++;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    private LoopKit kit(MediaLoop loop) {
        return LoopKits.dry(loop, counters);
    }

    private TieLeg open(MediaLoop loop, LegId id, boolean near) {
        CallInbox nobody = OverheardCall.silent(id.call());
        return new TieLeg(
                kit(loop),
                lines.open(NEAR),
                near,
                () -> lines.close(NEAR),
                new LegEvents(id, nobody));
    }

    private static void on(MediaLoop loop, Runnable command) {
        CountDownLatch done = new CountDownLatch(1);
        assertThat(
                        loop.offer(() -> {
                            command.run();
                            done.countDown();
                        }))
                .isTrue();
        await(done);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    public void framesReachTheOtherLoopInOrderAndInTime() throws Exception {
        MediaLoop one = new MediaLoop(0, NanoClock.system(), counters);
        MediaLoop two = new MediaLoop(1, NanoClock.system(), counters);
        one.start();
        two.start();
        try {
            TieLeg[] legs = new TieLeg[2];
            Ear there = new Ear(25);
            Ear here = new Ear(1);
            on(one, () -> legs[0] = open(one, NEAR, true));
            on(one, () -> assertThat(legs[0].isSending()).isFalse());
            on(two, () -> legs[1] = open(two, FAR, false));
            on(two, () -> legs[1].outlet(there));
            on(one, () -> legs[0].outlet(here));
            MirrorLeg phone = new MirrorLeg(AudioCodec.PCMU, true);
            MirrorLeg browser = new MirrorLeg(AudioCodec.OPUS, false);
            on(one, () -> legs[0].faces(phone));
            on(two, () -> legs[1].faces(browser));

            byte[] frame = new byte[160];
            for (int i = 0; i < 25; i++) {
                byte value = (byte) i;
                on(
                        one,
                        () -> {
                            assertThat(legs[0].isSending()).isTrue();
                            frame[0] = value;
                            legs[0].send(frame, 0, 160, value == 20 ? 1600 : 160, value == 20);
                        });
            }
            await(there.left);
            on(two, () -> legs[1].send(new byte[] {77, 1, 2}, 0, 3, 960, false));
            await(here.left);

            for (int i = 0; i < 25; i++) {
                Heard heard = there.all.get(i);
                assertThat(heard.codec()).isEqualTo(AudioCodec.PCMU);
                assertThat(heard.first()).isEqualTo(i);
                assertThat(heard.by()).isEqualTo("media-1");
                assertThat(heard.marker()).isEqualTo(i == 20);
                if (i > 0) {
                    Heard before = there.all.get(i - 1);
                    assertThat(heard.sequence()).isEqualTo((before.sequence() + 1) & 0xffff);
                    assertThat((heard.timestamp() - before.timestamp()) & 0xffff_ffffL)
                            .isEqualTo(i == 20 ? 1600 : 160);
                }
            }
            assertThat(here.all.getFirst().codec()).isEqualTo(AudioCodec.OPUS);
            assertThat(here.all.getFirst().first()).isEqualTo(77);
            assertThat(here.all.getFirst().by()).isEqualTo("media-0");
            on(two, legs[1]::close);
            on(one, () -> assertThat(legs[0].isSending()).isFalse());
            on(one, legs[0]::close);
        } finally {
            one.stop();
            two.stop();
        }
    }

    /// A loop that stands still gets what there is room for, and its time line stays right.
    @Test
    public void whatFindsNoRoomIsCountedAndBecomesTime() throws IOException {
        MediaLoop loop = new MediaLoop(0, NanoClock.system(), counters);
        TieLeg near = open(loop, NEAR, true);
        TieLeg far = open(loop, FAR, false);
        Ear ear = new Ear(1);
        far.outlet(ear);
        byte[] frame = new byte[160];

        for (int i = 0; i < 40; i++) {
            near.send(frame, 0, 160, 160, false);
        }
        far.onTurn(0);
        near.send(frame, 0, 160, 160, false);
        near.send(new byte[1276], 0, 1276, 1276, false);
        far.onTurn(0);

        assertThat(counters.get(Counter.MEDIA_TIE_FULL)).isEqualTo(9);
        assertThat(ear.all).hasSize(33);
        assertThat((ear.all.get(32).timestamp() - ear.all.get(31).timestamp()) & 0xffff_ffffL)
                .isEqualTo(9 * 160);
        near.close();
        far.close();
    }

    @Test
    public void lineLastsAsLongAsOneOfItsEnds() {
        LegId name = new LegId(CallId.next(), 1);
        TieLine line = lines.open(name);
        assertThat(lines.open(name)).isSameAs(line);
        lines.close(name);
        assertThat(lines.open(name)).isSameAs(line);
        lines.close(name);
        lines.close(name);
        assertThat(lines.open(name)).isNotSameAs(line);
    }

    @Test
    public void framesCrossWithoutAllocation() throws IOException {
        MediaLoop loop = new MediaLoop(0, NanoClock.system(), counters);
        TieLeg near = open(loop, NEAR, true);
        TieLeg far = open(loop, FAR, false);
        Tally tally = new Tally();
        far.outlet(tally);
        near.faces(new MirrorLeg(AudioCodec.OPUS, false));
        byte[] frame = new byte[80];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 5000; i++) {
                near.send(frame, 0, frame.length, 960, false);
                far.onTurn(i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(tally.packets).isEqualTo(25_000);
        assertThat(least).isZero();
        near.close();
        far.close();
    }
}
