package offhook.codec.opus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.codec.dsp.ToneDetector;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The encoder of music, and voice and music in turn at one decoder.
public class OpusMusicTest {

    private static final OpusSettings WIDEBAND = new OpusSettings(16_000, 5, 24_000, true, 0, true);

    @DataProvider
    public static Object[][] rates() {
        return new Object[][] {{8000}, {16_000}, {48_000}};
    }

    @Test(dataProvider = "rates")
    public void aSoftToneComesThrough(int decodedHz) {
        OpusEncoder encoder = OpusEncoder.ofMusic(WIDEBAND);
        OpusDecoder decoder = new OpusDecoder(decodedHz);

        short[] heard = new short[0];
        Tone tone = new Tone(16_000, -25, 620);
        for (int i = 0; i < 100; i++) {
            heard = joined(heard, frame(encoder, decoder, tone, decodedHz));
        }
        encoder.close();
        decoder.close();

        int second = decodedHz;
        assertThat(new ToneDetector(decodedHz).levelDbov(heard, second / 2, second, 620))
                .isCloseTo(-25 + Level.DBM0_IN_DBOV, within(1.0));
    }

    private static short[] frame(
            OpusEncoder encoder, OpusDecoder decoder, Tone tone, int decodedHz) {
        short[] pcm = new short[320];
        tone.fill(pcm, 0, pcm.length);
        byte[] payload = new byte[1500];
        int length = encoder.encode(pcm, 0, pcm.length, payload, 0);
        assertThat(length).isPositive();
        short[] out = new short[decodedHz / 50];
        assertThat(decoder.decode(payload, 0, length, out, 0)).isEqualTo(out.length);
        return out;
    }

    private static short[] joined(short[] one, short[] other) {
        short[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
