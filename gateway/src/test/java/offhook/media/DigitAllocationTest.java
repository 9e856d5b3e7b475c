package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalInt;
import offhook.call.CallId;
import offhook.call.LegId;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Tone;
import offhook.codec.telephony.DtmfEvent;
import offhook.config.TrunkConfig.Dtmf;
import offhook.net.PacketBuffer;
import offhook.rtp.RtpSender;
import offhook.telemetry.Counters;
import org.testng.annotations.Test;

/// Frames make no garbage, whether digits are listened for or sent; pressing a key may.
public class DigitAllocationTest {

    private static final int DIGITS = 50;

    /// More than the digits take.
    private static final int FRAMES = 1_000;

    private static final int ROUNDS = 20;
    private static final LegId LEG = new LegId(new CallId("c"), 0);

    private int heard;

    @Test
    public void framesAllocateNothing() {
        LegEvents events =
                new LegEvents(
                        LEG,
                        new OverheardCall(
                                LEG.call(),
                                input -> {
                                    heard++;
                                    return true;
                                }));
        DigitsHeard listener = new DigitsHeard(Dtmf.INBAND, events);
        DigitsOut events101 = new DigitsOut(Dtmf.RFC4733, AudioCodec.PCMA, events, new Counters());
        events101.agree(OptionalInt.of(101), 8000, AudioCodec.PCMA);
        DigitTones tones = new DigitTones();
        DtmfEvent five = DtmfEvent.ofDigit('5').orElseThrow();
        RtpSender stream = new RtpSender(1, 8000, 1, 1);
        PacketBuffer out = new PacketBuffer();
        Tone voice = new Tone(8000, -10, 400, 950, 2100);
        short[] pcm = new short[160];
        long sent = 0;

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < DIGITS; i++) {
                tones.offer(five, 100);
                events101.send('5', 100, false);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < FRAMES; i++) {
                voice.fill(pcm, 0, 160);
                listener.onAudio(pcm, 0, 160, 8000);
                if (tones.wants(AudioCodec.PCMA)) {
                    tones.onAudio(pcm, 0, 160, 8000);
                }
                sent += events101.step(out, stream, 160, 0) ? 1 : 0;
            }
            // The least of the rounds: the compiler's own work counts on this thread, too.
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(sent).isEqualTo(7L * DIGITS * ROUNDS);
        assertThat(heard).isZero();
        assertThat(least).isZero();
    }
}
