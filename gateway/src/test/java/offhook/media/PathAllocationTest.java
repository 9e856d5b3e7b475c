package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import offhook.codec.AudioCodec;
import offhook.codec.Encoder;
import offhook.codec.dsp.Tone;
import offhook.codec.opus.OpusSettings;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The paths make no garbage.
public class PathAllocationTest {

    private static final int PACKETS = 2_000;
    private static final int ROUNDS = 8;
    private static final int MOST_ROUNDS = 300;
    private static final long MILLI = 1_000_000L;

    @DataProvider
    public static Object[][] paths() {
        return new Object[][] {
            {"transcoded", AudioCodec.PCMA, AudioCodec.OPUS, 20},
            {"transcoded at 16 kHz", AudioCodec.G722, AudioCodec.OPUS, 20},
            {"relayed", AudioCodec.PCMA, AudioCodec.PCMA, 20},
            {"relayed Opus", AudioCodec.OPUS, AudioCodec.OPUS, 20},
            {"relayed and cut anew", AudioCodec.PCMU, AudioCodec.PCMU, 30},
            {"brought to another rate", AudioCodec.G722, AudioCodec.PCMU, 20},
            {"transcoded and cut anew", AudioCodec.PCMA, AudioCodec.OPUS, 60},
        };
    }

    @Test(dataProvider = "paths")
    public void audioGoesBothWaysWithoutAllocation(
            String what, AudioCodec trunkCodec, AudioCodec browserCodec, int ptime) {
        MirrorLeg browser = new MirrorLeg(browserCodec, false);
        MirrorLeg trunk = new MirrorLeg(trunkCodec, true);
        ArrivalPath toBrowser =
                new ArrivalPath(
                        trunk, browser, new Transcoder(OpusSettings.NARROWBAND), new Deadlines());
        ClockedPath toTrunk =
                new ClockedPath(browser, trunk, new Transcoder(OpusSettings.NARROWBAND), 0);
        browser.outlet(toTrunk);
        trunk.outlet(toBrowser);
        byte[] phone = phonePacket(trunkCodec, ptime);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        long nowNanos = 0;
        int rounds = 0;
        // Until the optimizing compiler came to what native code is called through, however long
        // its queue is.
        for (; rounds < ROUNDS || least > 0 && rounds < MOST_ROUNDS; rounds++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < PACKETS; i++) {
                nowNanos += ptime * MILLI;
                browser.nowNanos = nowNanos;
                trunk.nowNanos = nowNanos;
                trunk.receive(phone, phone.length);
                toTrunk.onDue(nowNanos);
            }
            // The least of the rounds: the compiler's own work counts on this thread, too.
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        long frames = (long) PACKETS * rounds * ptime / 20;
        assertThat(browser.sent).isGreaterThan(frames - 10);
        assertThat(trunk.sent).isGreaterThan(frames - 10);
        assertThat(least).as(what).isZero();
        toBrowser.close();
        toTrunk.close();
    }

    @Test
    public void packetsAreCutWithoutAllocation() {
        long[] sent = new long[1];
        PacketCutter cutter =
                new PacketCutter((payload, offset, length, ticks, talkStart) -> sent[0] += length);
        cutter.packetMillis(30);
        byte[] frame = new byte[160];

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < PACKETS; i++) {
                cutter.next(160);
                cutter.add(AudioCodec.PCMA, frame, 0, frame.length, false);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(sent[0]).isGreaterThan((long) PACKETS * ROUNDS * 160 - 240);
        assertThat(least).isZero();
    }

    private static byte[] phonePacket(AudioCodec codec, int ptime) {
        Transcoder codecs = new Transcoder(OpusSettings.NARROWBAND);
        int rateHz = codec == AudioCodec.OPUS ? 16_000 : codec.sampleRateHz();
        short[] pcm = new short[ptime * rateHz / 1000];
        Tone.milliwatt(rateHz).fill(pcm, 0, pcm.length);
        byte[] payload = new byte[1500];
        Encoder encoder = codecs.encoder(codec, rateHz);
        int length = encoder.encode(pcm, 0, pcm.length, payload, 0);
        codecs.close();
        return java.util.Arrays.copyOf(payload, length);
    }
}
