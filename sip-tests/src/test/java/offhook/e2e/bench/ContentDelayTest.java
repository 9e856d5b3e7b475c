package offhook.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import offhook.e2e.phone.Heard;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.RtpSource.Sent;
import org.testng.annotations.Test;

public class ContentDelayTest {
    private static final int FRAMES = 300;
    private static final long SEED = 5;

    /// Noise of the telephone band, which no other moment resembles.
    private static Pcm noise() {
        return noise(8000);
    }

    private static Pcm noise(int rateHz) {
        var random = new Random(SEED);
        short[] out = new short[FRAMES * rateHz / 50];
        double smooth = 0;
        for (int i = 0; i < out.length; i++) {
            smooth += 0.3 * (random.nextGaussian() * 6000 - smooth);
            out[i] = (short) smooth;
        }
        return new Pcm(rateHz, out);
    }

    private static List<Sent> sent(FrameLoop loop) {
        List<Sent> out = new ArrayList<>();
        for (int i = 0; i < loop.payloads().size(); i++) {
            out.add(new Sent(i * 20_000_000L, i));
        }
        return out;
    }

    private static List<Heard> heard(FrameLoop loop, int payloadType, long delayNanos) {
        List<Heard> out = new ArrayList<>();
        for (int i = 3; i < loop.payloads().size(); i++) {
            out.add(
                    new Heard(
                            i * 20_000_000L + delayNanos,
                            payloadType,
                            false,
                            i,
                            7_000L + (long) i * loop.frameTicks(),
                            1,
                            loop.payloads().get(i)));
        }
        return out;
    }

    @Test
    public void packetsThatGoThroughUnchangedAreAsLateAsTheyLeft() {
        FrameLoop loop = FrameLoop.g711(noise(), G711.PCMA);

        Quantiles delay =
                Quantiles.of(ContentDelay.of(loop, sent(loop), heard(loop, 8, 7_000_000)));

        assertThat(delay.count()).isGreaterThan(200);
        assertThat(delay.p50()).isCloseTo(7, within(0.2));
        assertThat(delay.p99()).isCloseTo(7, within(0.2));
    }

    /// libopus in VOIP mode at 8 kHz holds back 6.5 ms of each frame for the next one.
    @Test
    public void lookAheadOfAnEncoderCounts() {
        Pcm noise = noise();
        FrameLoop phone = FrameLoop.g711(noise, G711.PCMA);
        FrameLoop web = FrameLoop.opus(noise, false);

        Quantiles delay =
                Quantiles.of(ContentDelay.of(phone, sent(phone), heard(web, 111, 1_000_000)));

        assertThat(delay.p50()).isCloseTo(7.5, within(0.7));
    }

    /// What a gateway does that hands G.722 on: the QMF of coder and decoder are on both sides.
    @Test
    public void widebandOfATrunkIsAlignedToo() {
        FrameLoop loop = FrameLoop.g722(noise(16_000));

        Quantiles delay =
                Quantiles.of(ContentDelay.of(loop, sent(loop), heard(loop, 9, 3_000_000)));

        assertThat(delay.count()).isGreaterThan(200);
        assertThat(delay.p50()).isCloseTo(3, within(0.2));
    }

    /// G.722 decoded and coded as Opus in wideband, whose encoder holds back 6.5 ms too.
    @Test
    public void widebandIsComparedWithOpus() {
        Pcm noise = noise(16_000);
        FrameLoop phone = FrameLoop.g722(noise);
        FrameLoop web = FrameLoop.opus(phone.decoded(), false);

        Quantiles delay =
                Quantiles.of(ContentDelay.of(phone, sent(phone), heard(web, 111, 1_000_000)));

        assertThat(delay.count()).isGreaterThan(200);
        assertThat(delay.p50()).isCloseTo(7.5, within(0.7));
    }
}
