package offhook.e2e.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.ToneDetector;
import offhook.e2e.phone.Heard;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;

/// What must be true of a stream that the gateway sends, and when something is heard in it.
final class Arrivals {
    private static final long MILLI = 1_000_000;
    private static final int OPUS_STEP = 960;
    private static final int FRAME_SAMPLES = 160;

    private Arrivals() {}

    static void pause(int millis) {
        long end = System.nanoTime() + millis * MILLI;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static boolean isOpus(Heard packet) {
        return packet.payloadType() >= 96;
    }

    /// When the packet came in which the tone is first heard alone.
    static long firstHeardNanos(List<Heard> heard, double hz, long fromNanos) {
        List<Heard> late =
                heard.stream().filter(h -> h.atNanos() > fromNanos - 200 * MILLI).toList();
        Pcm pcm = Ear.hear(late);
        var detector = new ToneDetector(pcm.rateHz());
        for (Heard packet : late) {
            int ticks = (int) (packet.timestamp() - late.getFirst().timestamp());
            int at = isOpus(packet) ? ticks / 6 : ticks;
            if (at < 0
                    || at + FRAME_SAMPLES > pcm.samples().length
                    || packet.atNanos() < fromNanos) {
                continue;
            }
            double level = detector.levelDbov(pcm.samples(), at, FRAME_SAMPLES, hz);
            if (level > -35 && level > Level.rmsDbov(pcm.samples(), at, FRAME_SAMPLES) - 3) {
                return packet.atNanos();
            }
        }
        return Long.MAX_VALUE;
    }

    /// For how long in all the machine stood still then: the gateway sends the phone a packet each
    /// 20 ms whatever happens in the other direction.
    static double stalledMillis(List<Heard> atPhone, long fromNanos, long toNanos) {
        long stalled = 0;
        for (int i = 1; i < atPhone.size(); i++) {
            long before = atPhone.get(i - 1).atNanos();
            long next = atPhone.get(i).atNanos();
            if (next > fromNanos && before < toNanos) {
                stalled += Math.max(0, next - before - 20 * MILLI);
            }
        }
        return (double) stalled / MILLI;
    }

    /// One source and every number once.
    static void assertUnbroken(List<Heard> heard) {
        Heard first = heard.getFirst();
        for (int i = 1; i < heard.size(); i++) {
            Heard packet = heard.get(i);
            assertThat(packet.ssrc()).isEqualTo(first.ssrc());
            assertThat(packet.sequence())
                    .as("packet %d of %d", i, heard.size())
                    .isEqualTo((heard.get(i - 1).sequence() + 1) & 0xFFFF);
        }
    }

    /// The same, and timestamps that go on: of Opus by whole frames.
    static void assertWhole(List<Heard> heard) {
        assertUnbroken(heard);
        for (int i = 1; i < heard.size(); i++) {
            int step = (int) (heard.get(i).timestamp() - heard.get(i - 1).timestamp());
            assertThat(step).as("step of packet %d", i).isPositive();
            if (isOpus(heard.get(i))) {
                assertThat(step % OPUS_STEP).as("step %d of packet %d", step, i).isZero();
            }
        }
    }

    /// The share of these packets that are, byte for byte, what follows in the loop.
    static double shareUnchanged(List<Heard> heard, FrameLoop loop) {
        List<byte[]> payloads = loop.payloads();
        int unchanged = 0;
        int at = -1;
        for (Heard packet : heard) {
            if (at < 0 || !Arrays.equals(payloads.get(at), packet.payload())) {
                at = find(payloads, packet.payload());
            } else {
                unchanged++;
            }
            at = at < 0 ? -1 : (at + 1) % payloads.size();
        }
        return (double) unchanged / Math.max(1, heard.size() - 1);
    }

    /// How many of these packets are in the loop nowhere.
    static long foreign(List<Heard> heard, FrameLoop loop) {
        return heard.stream().filter(p -> find(loop.payloads(), p.payload()) < 0).count();
    }

    private static int find(List<byte[]> payloads, byte[] payload) {
        for (int i = 0; i < payloads.size(); i++) {
            if (Arrays.equals(payloads.get(i), payload)) {
                return i;
            }
        }
        return -1;
    }
}
