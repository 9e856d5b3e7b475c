package offhook.codec.opus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import offhook.codec.Decoder;
import offhook.codec.dsp.ComfortNoise;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class OpusDecoderTest {

    private static final long SEED = 20260102;
    private static final int RANDOM_PAYLOADS = 100_000;
    private static final short UNTOUCHED = 12_345;

    @Test
    public void randomBytesNeverThrowNorWriteBeyondTheirSamples() {
        System.out.println("random Opus payloads, seed " + SEED);
        Random random = new Random(SEED);
        byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES + 1];
        short[][] arrays = {new short[0], new short[160], new short[960], new short[5760]};
        int decoded = 0;
        int refused = 0;

        try (OpusDecoder decoder = new OpusDecoder(8000)) {
            for (int i = 0; i < RANDOM_PAYLOADS; i++) {
                random.nextBytes(payload);
                // As often short as long, since most real payloads are.
                int length = random.nextInt(random.nextBoolean() ? payload.length : 64);
                short[] pcm = arrays[random.nextInt(arrays.length)];
                Arrays.fill(pcm, UNTOUCHED);
                boolean fec = pcm.length > 0 && random.nextInt(10) == 0;

                int samples =
                        fec
                                ? decoder.decodeFec(payload, 0, length, pcm, 0, 160)
                                : decoder.decode(payload, 0, length, pcm, 0);

                assertThat(samples).isBetween(fec ? 160 : 0, Math.min(960, pcm.length));
                if (samples < pcm.length) {
                    assertThat(pcm[samples]).isEqualTo(UNTOUCHED);
                }
                decoded += samples > 0 ? 1 : 0;
                refused += samples == 0 ? 1 : 0;
            }
        }

        assertThat(decoded).isGreaterThan(RANDOM_PAYLOADS / 4);
        assertThat(refused).isGreaterThan(RANDOM_PAYLOADS / 20);
    }

    @Test
    public void everyTableOfContentsByteIsSurvived() {
        short[] pcm = new short[Decoder.MAX_SAMPLES];
        try (OpusDecoder decoder = new OpusDecoder(48_000)) {
            for (int toc = 0; toc < 256; toc++) {
                for (int length : new int[] {1, 2, 3, 50, 1275, 1276, 1500}) {
                    byte[] payload = new byte[length];
                    Arrays.fill(payload, (byte) (toc * 7));
                    payload[0] = (byte) toc;

                    assertThat(decoder.decode(payload, 0, length, pcm, 0)).isBetween(0, 5760);
                }
            }
        }
    }

    @Test
    public void emptyAndOversizedPayloadsAreRefused() {
        short[] pcm = new short[Decoder.MAX_SAMPLES];
        try (OpusDecoder decoder = new OpusDecoder(8000)) {
            assertThat(decoder.decode(new byte[0], 0, 0, pcm, 0)).isZero();
            assertThat(decoder.decode(new byte[1501], 0, 1501, pcm, 0)).isZero();
        }
    }

    @Test
    public void aPayloadLongerThanTheArrayIsRefusedUntouched() {
        byte[] sixtyMillis = new byte[1500];
        short[] pcm = new short[160];
        try (OpusEncoder encoder = new OpusEncoder(OpusSettings.NARROWBAND);
                OpusDecoder decoder = new OpusDecoder(8000)) {
            int bytes = encoder.encode(new short[480], 0, 480, sixtyMillis, 0);
            Arrays.fill(pcm, UNTOUCHED);

            assertThat(decoder.decode(sixtyMillis, 0, bytes, pcm, 0)).isZero();
            assertThat(decoder.decode(sixtyMillis, 0, bytes, pcm, 160)).isZero();
        }
        assertThat(pcm).containsOnly(UNTOUCHED);
    }

    @DataProvider
    public Object[][] sampleRates() {
        return new Object[][] {{8_000}, {12_000}, {16_000}, {24_000}, {48_000}};
    }

    @Test(dataProvider = "sampleRates")
    public void aToneKeepsItsLevelAtEverySampleRate(int sampleRateHz) {
        int frame = sampleRateHz / 50;
        short[] pcm = new short[frame];
        short[] heard = new short[Decoder.MAX_SAMPLES];
        byte[] payload = new byte[1500];
        Tone tone = new Tone(sampleRateHz, -10, 1004);
        OpusSettings settings = new OpusSettings(sampleRateHz, 5, 32_000, false, 0, false);
        try (OpusEncoder encoder = new OpusEncoder(settings);
                OpusDecoder decoder = new OpusDecoder(sampleRateHz)) {
            for (int i = 0; i < 50; i++) {
                tone.fill(pcm, 0, frame);
                int bytes = encoder.encode(pcm, 0, frame, payload, 0);
                assertThat(decoder.decode(payload, 0, bytes, heard, 0)).isEqualTo(frame);
            }
        }

        assertThat(Level.rmsDbov(heard, 0, frame)).isBetween(-17.2, -15.2);
    }

    @Test(dataProvider = "voiceRates")
    public void aLongLossEndsInTheBackgroundWithoutAClick(int sampleRateHz) {
        int frame = sampleRateHz / 50;
        short[] sent = room(sampleRateHz, 200 * frame);
        short[] heard = sent.clone();
        byte[] payload = new byte[1500];
        OpusSettings settings = new OpusSettings(sampleRateHz, 5, 32_000, false, 0, false);
        try (OpusEncoder encoder = new OpusEncoder(settings);
                OpusDecoder decoder = new OpusDecoder(sampleRateHz)) {
            for (int i = 0; i < 200; i++) {
                int bytes = encoder.encode(sent, i * frame, frame, payload, 0);
                if (i >= 150 && i < 180) {
                    assertThat(decoder.conceal(heard, i * frame, frame)).isEqualTo(frame);
                } else {
                    decoder.decode(payload, 0, bytes, heard, i * frame);
                }
            }
        }

        double playing = Level.rmsDbov(heard, 145 * frame, 5 * frame);
        double background = Level.rmsDbov(heard, 80 * frame, 15 * frame);
        assertThat(playing).isGreaterThan(-20);
        assertThat(background).isLessThan(-50);
        assertThat(Level.rmsDbov(heard, 150 * frame, frame)).isGreaterThan(playing - 6);
        assertThat(Level.rmsDbov(heard, 155 * frame, frame)).isLessThan(playing - 4);
        assertThat(Level.rmsDbov(heard, 158 * frame, 22 * frame))
                .isBetween(background - 3, background + 3);
        assertThat(Level.rmsDbov(heard, 182 * frame, 10 * frame))
                .isBetween(playing - 2, playing + 2);
        assertThat(steepest(heard, 140 * frame, 200 * frame))
                .isLessThan((int) (1.25 * steepest(heard, 120 * frame, 150 * frame)));
    }

    @DataProvider
    public Object[][] voiceRates() {
        return new Object[][] {{8000}, {16_000}};
    }

    /// 2 s of a quiet room, then a steady sound in it.
    private static short[] room(int sampleRateHz, int samples) {
        short[] pcm = new short[samples];
        short[] tone = new short[samples];
        ComfortNoise background = new ComfortNoise();
        background.white(-55);
        background.fill(pcm, 0, samples);
        int start = samples / 2;
        new Tone(sampleRateHz, -16, 150, 300, 450).fill(tone, start, samples - start);
        for (int i = start; i < samples; i++) {
            pcm[i] += tone[i];
        }
        return pcm;
    }

    private static int steepest(short[] pcm, int from, int to) {
        int steepest = 0;
        for (int i = from + 1; i < to; i++) {
            steepest = Math.max(steepest, Math.abs(pcm[i] - pcm[i - 1]));
        }
        return steepest;
    }

    @Test
    public void concealmentOfALengthThatOpusHasNotIsSilence() {
        short[] pcm = new short[2000];
        Arrays.fill(pcm, UNTOUCHED);
        try (OpusDecoder decoder = new OpusDecoder(8000)) {
            assertThat(decoder.conceal(pcm, 0, 13)).isEqualTo(13);
            assertThat(decoder.conceal(pcm, 13, 1920)).isEqualTo(1920);
        }
        assertThat(Arrays.copyOf(pcm, 1933)).containsOnly(0);
        assertThat(pcm[1933]).isEqualTo(UNTOUCHED);
    }

    @Test
    public void aClosedDecoderThrowsInsteadOfTouchingFreedMemory() {
        OpusDecoder decoder = new OpusDecoder(8000);
        decoder.close();
        decoder.close();

        assertThatThrownBy(() -> decoder.decode(new byte[10], 0, 10, new short[960], 0))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> decoder.conceal(new short[960], 0, 160))
                .isInstanceOf(IllegalStateException.class);
    }
}
