package offhook.codec.opus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import offhook.codec.Decoder;
import offhook.codec.dsp.Tone;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class OpusEncoderTest {

    private static final int FRAME = 160;

    @Test
    public void theCodecLooksAheadSixAndAHalfMilliseconds() {
        try (OpusEncoder encoder = new OpusEncoder(OpusSettings.NARROWBAND)) {
            assertThat(encoder.lookaheadSamples()).isEqualTo(52);
        }
    }

    @Test
    public void theBitrateIsKept() {
        try (OpusEncoder encoder = new OpusEncoder(OpusSettings.NARROWBAND)) {
            int before = bytesOfASecond(encoder);
            encoder.setBitrate(12_000);
            int after = bytesOfASecond(encoder);

            assertThat(before).isBetween(2000, 3600);
            assertThat(after).isBetween(1000, 1800);
        }
    }

    @DataProvider
    public Object[][] steeredRates() {
        return new Object[][] {{8000, 24_000}, {8000, 8000}, {16_000, 32_000}, {16_000, 9000}};
    }

    /// RFC 6716 table 2: the upper five bits of the first byte tell the bandwidth.
    @Test(dataProvider = "steeredRates")
    public void theBandwidthIsThatOfTheSourceWhateverIsSteered(int sampleRateHz, int bitrate) {
        int frame = sampleRateHz / 50;
        short[] pcm = new short[frame];
        byte[] payload = new byte[1500];
        Tone tone = new Tone(sampleRateHz, -14, 230, 710, 1130, 2330);
        OpusSettings settings = new OpusSettings(sampleRateHz, 5, bitrate, true, 0, false);
        try (OpusEncoder encoder = new OpusEncoder(settings)) {
            for (int i = 0; i < 100; i++) {
                encoder.setComplexity(i % 11);
                encoder.setExpectedLoss(i % 31);
                tone.fill(pcm, 0, frame);
                encoder.encode(pcm, 0, frame, payload, 0);

                int configuration = (payload[0] & 0xFF) >> 3;
                assertThat(configuration)
                        .isIn(
                                sampleRateHz == 8000
                                        ? List.of(0, 1, 2, 3, 16, 17, 18, 19)
                                        : List.of(8, 9, 10, 11, 20, 21, 22, 23));
            }
        }
    }

    @Test
    public void expectedLossSpendsBitsOnRedundancy() {
        byte[] payload = new byte[1500];
        short[] rebuilt = new short[FRAME];
        short[] heard = new short[FRAME];
        short[] pcm = new short[FRAME];
        Tone tone = Tone.milliwatt(8000);
        try (OpusEncoder encoder = new OpusEncoder(OpusSettings.NARROWBAND);
                OpusDecoder decoder = new OpusDecoder(8000)) {
            encoder.setExpectedLoss(10);
            encoder.setComplexity(8);
            int bytes = 0;
            for (int i = 0; i < 20; i++) {
                tone.fill(pcm, 0, FRAME);
                bytes = encoder.encode(pcm, 0, FRAME, payload, 0);
            }

            // A decoder that has heard nothing can only have it from the redundancy.
            assertThat(decoder.decodeFec(payload, 0, bytes, rebuilt, 0, FRAME)).isEqualTo(FRAME);
            assertThat(decoder.decode(payload, 0, bytes, heard, 0)).isEqualTo(FRAME);
        }
        assertThat(rebuilt).isNotEqualTo(new short[FRAME]);
    }

    @Test
    public void dtxSendsNothingForSilence() {
        OpusSettings settings = new OpusSettings(8000, 5, 24_000, false, 0, true);
        short[] silence = new short[FRAME];
        byte[] payload = new byte[1500];
        int sent = 0;
        try (OpusEncoder encoder = new OpusEncoder(settings)) {
            for (int i = 0; i < 250; i++) {
                sent += encoder.encode(silence, 0, FRAME, payload, 0) > 0 ? 1 : 0;
            }
        }

        // The first 200 ms, then an update each 400 ms.
        assertThat(sent).isBetween(5, 40);
    }

    /// A steady tone is what a voice detector takes for background noise.
    @Test
    public void dtxLeavesNoToneOut() {
        OpusSettings settings = new OpusSettings(8000, 5, 24_000, true, 0, true);
        short[] pcm = new short[FRAME];
        byte[] payload = new byte[1500];
        Tone tone = new Tone(8000, -20, 425);
        int sent = 0;
        int sentAfter = 0;
        try (OpusEncoder encoder = new OpusEncoder(settings)) {
            for (int i = 0; i < 500; i++) {
                tone.fill(pcm, 0, FRAME);
                sent += encoder.encode(pcm, 0, FRAME, payload, 0) > 0 ? 1 : 0;
            }
            // The silence that follows is sent too, or a listener would go on with the tone.
            for (int i = 0; i < 9; i++) {
                sentAfter += encoder.encode(new short[FRAME], 0, FRAME, payload, 0) > 0 ? 1 : 0;
            }
        }

        assertThat(sent).isEqualTo(500);
        assertThat(sentAfter).isEqualTo(9);
    }

    @DataProvider
    public Object[][] frameSizes() {
        return new Object[][] {{20}, {40}, {80}, {160}, {320}, {480}};
    }

    @Test(dataProvider = "frameSizes")
    public void everyFrameSizeOfOpusIsCoded(int samples) {
        byte[] payload = new byte[1500];
        short[] heard = new short[Decoder.MAX_SAMPLES];
        try (OpusEncoder encoder = new OpusEncoder(OpusSettings.NARROWBAND);
                OpusDecoder decoder = new OpusDecoder(8000)) {
            int bytes = encoder.encode(new short[480], 0, samples, payload, 0);

            assertThat(decoder.decode(payload, 0, bytes, heard, 0)).isEqualTo(samples);
        }
    }

    @Test
    public void misuseIsABugOfOurs() {
        byte[] payload = new byte[1500];
        OpusEncoder encoder = new OpusEncoder(OpusSettings.NARROWBAND);

        assertThatThrownBy(() -> encoder.encode(new short[FRAME], 0, 150, payload, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("invalid argument");
        assertThatThrownBy(() -> encoder.setComplexity(11))
                .isInstanceOf(IllegalArgumentException.class);
        encoder.close();
        encoder.close();
        assertThatThrownBy(() -> encoder.encode(new short[FRAME], 0, FRAME, payload, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    public void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new OpusSettings(44_100, 5, 24_000, true, 0, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OpusSettings(8000, 11, 24_000, true, 0, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OpusSettings(8000, 5, 5_999, true, 0, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OpusSettings(8000, 5, 24_000, true, 101, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static int bytesOfASecond(OpusEncoder encoder) {
        short[] pcm = new short[FRAME];
        byte[] payload = new byte[1500];
        Tone tone = new Tone(8000, -10, 230, 710, 1130, 2330);
        int bytes = 0;
        for (int i = 0; i < 50; i++) {
            tone.fill(pcm, 0, FRAME);
            bytes += encoder.encode(pcm, 0, FRAME, payload, 0);
        }
        return bytes;
    }
}
