package offhook.codec.cn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import offhook.codec.dsp.ComfortNoise;
import offhook.codec.dsp.Level;
import org.assertj.core.data.Offset;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ComfortNoisePayloadTest {

    private final ComfortNoisePayload payload = new ComfortNoisePayload();

    @Test
    public void theLevelIsToldInMinusDbov() {
        assertThat(payload.read(new byte[] {0, 0, 63}, 2, 1)).isTrue();

        assertThat(payload.level()).isEqualTo(63);
        assertThat(payload.order()).isZero();
    }

    @Test
    public void theReservedBitIsIgnored() {
        payload.read(new byte[] {(byte) 0xC0}, 0, 1);

        assertThat(payload.level()).isEqualTo(64);
    }

    @DataProvider
    public Object[][] indices() {
        return new Object[][] {
            {0, -0.99994}, {127, 0.0}, {128, 0.00787}, {254, 0.99994}, {255, 0.99994},
        };
    }

    @Test(dataProvider = "indices")
    public void coefficientsAreStepsOf258(int index, double coefficient) {
        payload.read(new byte[] {50, (byte) index}, 0, 2);

        assertThat(payload.reflection(0)).isCloseTo(coefficient, Offset.offset(0.00001));
    }

    @Test
    public void whatIsWrittenIsRead() {
        byte[] bytes = new byte[10];
        double[] reflection = {-0.9, 0.5, 0, -0.25};

        int length = ComfortNoisePayload.write(bytes, 3, -47.6, reflection);

        assertThat(length).isEqualTo(5);
        assertThat(payload.read(bytes, 3, length)).isTrue();
        assertThat(payload.level()).isEqualTo(48);
        for (int i = 0; i < reflection.length; i++) {
            assertThat(payload.reflection(i)).isCloseTo(reflection[i], Offset.offset(0.004));
        }
    }

    @Test
    public void levelsThatTheByteCannotTellAreTheNearest() {
        byte[] bytes = new byte[1];

        ComfortNoisePayload.write(bytes, 0, 3);
        assertThat(bytes[0]).isZero();
        ComfortNoisePayload.write(bytes, 0, -200);
        assertThat(bytes[0]).isEqualTo((byte) 127);
    }

    /// What FFmpeg 5.1.9 (`comfortnoise`) makes of white noise at -40.3 dBov behind a low-pass of
    /// 600 Hz.
    @Test
    public void noiseOfFfmpegIsAsLoudAndAsLow() {
        byte[] ffmpeg = HexFormat.of().parseHex("290fd9619072948176737d");
        short[] pcm = new short[16_000];
        ComfortNoise noise = new ComfortNoise();

        payload.read(ffmpeg, 0, ffmpeg.length);
        payload.applyTo(noise);
        noise.fill(pcm, 0, pcm.length);

        assertThat(Level.rmsDbov(pcm, 8000, 8000)).isCloseTo(-41, Offset.offset(1.0));
        long correlation = 0;
        long energy = 0;
        for (int i = 8001; i < pcm.length; i++) {
            correlation += pcm[i] * pcm[i - 1];
            energy += pcm[i] * pcm[i];
        }
        assertThat((double) correlation / energy).isGreaterThan(0.7);
    }

    @Test
    public void anyBytesMakeBoundedNoise() {
        Random random = new Random(13);
        ComfortNoise noise = new ComfortNoise();
        short[] pcm = new short[160];
        assertThat(payload.read(new byte[0], 0, 0)).isFalse();
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(1500)];
            random.nextBytes(bytes);

            assertThat(payload.read(bytes, 0, bytes.length)).isTrue();
            assertThat(payload.order()).isLessThanOrEqualTo(ComfortNoise.MAX_ORDER);
            payload.applyTo(noise);
            noise.fill(pcm, 0, pcm.length);
        }

        payload.read(new byte[] {60}, 0, 1);
        payload.applyTo(noise);
        short[] quiet = new short[16_000];
        noise.fill(quiet, 0, quiet.length);
        assertThat(Level.rmsDbov(quiet, 8000, 8000)).isCloseTo(-60, Offset.offset(0.5));
    }
}
