package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Tone;
import offhook.codec.g711.G711Encoder;
import offhook.codec.opus.OpusSettings;
import org.testng.annotations.Test;

/// The paths make no garbage.
public class PathAllocationTest {

    private static final int PACKETS = 2_000;
    private static final int ROUNDS = 8;
    private static final long FRAME_NANOS = 20_000_000L;

    @Test
    public void audioGoesBothWaysWithoutAllocation() {
        MirrorLeg browser = new MirrorLeg(AudioCodec.OPUS, false);
        MirrorLeg trunk = new MirrorLeg(AudioCodec.PCMA, true);
        ArrivalPath toBrowser =
                new ArrivalPath(
                        trunk, browser, new Transcoder(OpusSettings.NARROWBAND), new Deadlines());
        ClockedPath toTrunk =
                new ClockedPath(browser, trunk, new Transcoder(OpusSettings.NARROWBAND), 0);
        browser.outlet(toTrunk);
        trunk.outlet(toBrowser);
        byte[] phone = new byte[160];
        short[] pcm = new short[160];
        Tone.milliwatt(8000).fill(pcm, 0, 160);
        new G711Encoder(AudioCodec.PCMA).encode(pcm, 0, 160, phone, 0);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        long nowNanos = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < PACKETS; i++) {
                nowNanos += FRAME_NANOS;
                browser.nowNanos = nowNanos;
                trunk.nowNanos = nowNanos;
                trunk.receive(phone, 160);
                toTrunk.onDue(nowNanos);
            }
            // The least of the rounds: the compiler's own work counts on this thread, too.
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(trunk.sent).isGreaterThan((long) PACKETS * ROUNDS - 10);
        assertThat(least).isZero();
        toBrowser.close();
        toTrunk.close();
    }
}
