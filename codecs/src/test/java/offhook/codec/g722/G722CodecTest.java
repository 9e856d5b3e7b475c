package offhook.codec.g722;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.codec.dsp.ToneDetector;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class G722CodecTest {

    private static final int FRAME = 320;

    /// Speech, loud noise, a loud sweep and silence; the resources' README says how it was made.
    @Test
    public void theEncoderAgreesWithFfmpegInEveryBit() throws IOException {
        short[] pcm = samples("in.s16");
        byte[] expected = bytes("encoded.g722");
        byte[] coded = new byte[expected.length];
        G722Encoder encoder = new G722Encoder();

        int at = 0;
        for (int i = 0; i < pcm.length; i += FRAME) {
            at += encoder.encode(pcm, i, Math.min(FRAME, pcm.length - i), coded, at);
        }

        assertThat(at).isEqualTo(expected.length);
        assertThat(coded).isEqualTo(expected);
    }

    @Test
    public void theDecoderAgreesWithFfmpegInEveryBit() throws IOException {
        byte[] coded = bytes("encoded.g722");
        short[] expected = samples("decoded.s16");
        short[] heard = new short[expected.length];
        G722Decoder decoder = new G722Decoder();

        int at = 0;
        for (int i = 0; i < coded.length; i += FRAME / 2) {
            at += decoder.decode(coded, i, Math.min(FRAME / 2, coded.length - i), heard, at);
        }

        assertThat(at).isEqualTo(expected.length);
        assertThat(heard).isEqualTo(expected);
    }

    /// Bytes that no encoder makes, the four lower-band codes that do not exist among them.
    @Test
    public void theDecoderAgreesWithFfmpegOnRandomBytes() throws IOException {
        byte[] random = bytes("random.g722");
        short[] expected = samples("random-decoded.s16");
        short[] heard = new short[expected.length];

        new G722Decoder().decode(random, 0, random.length, heard, 0);

        assertThat(heard).isEqualTo(expected);
    }

    @DataProvider
    public Object[][] tones() {
        return new Object[][] {{200}, {1000}, {3000}, {5000}, {6500}};
    }

    @Test(dataProvider = "tones")
    public void aToneOfEitherBandKeepsItsLevelAndPitch(int frequencyHz) {
        short[] pcm = new short[16_000];
        short[] heard = new short[16_000];
        byte[] payload = new byte[8000];
        new Tone(16_000, -10, frequencyHz).fill(pcm, 0, pcm.length);

        new G722Encoder().encode(pcm, 0, pcm.length, payload, 0);
        G722Decoder decoder = new G722Decoder();
        for (int i = 0; i < payload.length; i += FRAME / 2) {
            decoder.decode(payload, i, FRAME / 2, heard, 2 * i);
        }

        assertThat(new ToneDetector(16_000).levelDbov(heard, 8000, 8000, frequencyHz))
                .isBetween(-17.2, -15.2);
    }

    @Test
    public void aWordGoesOnThroughALossAndAfterIt() {
        short[] voice = voice(40 * FRAME);
        byte[] payload = new byte[FRAME / 2];
        short[] heard = new short[voice.length];
        G722Encoder encoder = new G722Encoder();
        G722Decoder decoder = new G722Decoder();
        for (int at = 0; at < voice.length; at += FRAME) {
            encoder.encode(voice, at, FRAME, payload, 0);
            int frame = at / FRAME;
            if (frame == 20) {
                decoder.conceal(heard, at, FRAME);
            } else {
                decoder.decode(payload, 0, payload.length, heard, at);
            }
        }

        double playing = Level.rmsDbov(heard, 19 * FRAME, FRAME);
        assertThat(Level.rmsDbov(heard, 20 * FRAME, FRAME)).isBetween(playing - 3, playing + 1);
        assertThat(Level.rmsDbov(heard, 21 * FRAME, FRAME)).isBetween(playing - 2, playing + 2);
        // The filters hold the voice back by 22 samples.
        assertThat(signalToNoiseDb(voice, heard, 25 * FRAME, 15 * FRAME, 22)).isGreaterThan(20);
    }

    @Test
    public void aPayloadThatDoesNotFitIsRefusedUntouched() {
        G722Decoder decoder = new G722Decoder();
        short[] pcm = new short[FRAME];

        assertThat(decoder.decode(new byte[161], 0, 161, pcm, 0)).isZero();
        assertThat(decoder.decode(new byte[160], 0, 160, pcm, 1)).isZero();
        assertThat(decoder.decode(new byte[2000], 0, 1501, new short[4000], 0)).isZero();
        assertThat(decoder.decode(new byte[0], 0, 0, pcm, 0)).isZero();
        assertThat(pcm).containsOnly(0);
    }

    @Test
    public void oddSamplesAreABugOfOurs() {
        assertThatThrownBy(() -> new G722Encoder().encode(new short[9], 0, 9, new byte[9], 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static short[] voice(int samples) {
        short[] pcm = new short[samples];
        new Tone(16_000, -16, 120, 240, 600, 1800, 4320).fill(pcm, 0, samples);
        return pcm;
    }

    private static double signalToNoiseDb(
            short[] clean, short[] heard, int offset, int samples, int delay) {
        double signal = 0;
        double noise = 0;
        for (int i = offset; i < offset + samples; i++) {
            double off = heard[i] - clean[i - delay];
            signal += clean[i - delay] * (double) clean[i - delay];
            noise += off * off;
        }
        return 10 * Math.log10(signal / noise);
    }

    private static short[] samples(String name) throws IOException {
        byte[] bytes = bytes(name);
        short[] pcm = new short[bytes.length / 2];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(pcm);
        return pcm;
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = G722CodecTest.class.getResourceAsStream("/g722/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
