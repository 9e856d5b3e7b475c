package offhook.codec.opus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import offhook.codec.dsp.ComfortNoise;
import offhook.codec.dsp.Level;
import offhook.codec.quality.Recording;
import offhook.codec.quality.SpeechReport;
import offhook.codec.quality.TestSpeech;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A conversation's half of a call: sentences, pauses of 2 s between them, and a background.
public class DtxTest {

    private static final int PAUSE_FRAMES = 100;
    private static final double[] WHITE = {};
    private static final double[] ROOM = {-0.9};

    @DataProvider
    public Object[][] backgrounds() {
        return new Object[][] {
            {8000, -40, WHITE},
            {8000, -50, WHITE},
            {8000, -60, WHITE},
            {8000, -40, ROOM},
            {8000, -50, ROOM},
            {8000, -60, ROOM},
            {16_000, -40, ROOM},
            {16_000, -60, WHITE},
        };
    }

    /// The first 50 ms of each sentence, and of each word after 100 ms of silence, are as loud at
    /// the far end with DTX as without; a frame left out would lack 4 dB.
    @Test(dataProvider = "backgrounds")
    public void noOnsetIsClipped(int sampleRateHz, int levelDbov, double[] shape) {
        Half half = new Half(sampleRateHz, levelDbov, shape);
        short[] without = half.heard(false);
        short[] with = half.heard(true);
        int window = sampleRateHz / 20;

        assertThat(half.onsets).hasSizeGreaterThan(4);
        for (int onset : half.onsets) {
            double loss =
                    Level.rmsDbov(without, onset, window) - Level.rmsDbov(with, onset, window);
            assertThat(loss).as("onset at %d", onset).isLessThan(2.0);
        }
    }

    @Test(dataProvider = "backgrounds")
    public void silenceIsNotSent(int sampleRateHz, int levelDbov, double[] shape) {
        Half half = new Half(sampleRateHz, levelDbov, shape);
        half.heard(true);

        assertThat(half.silentShare()).isBetween(0.5, 0.7);
        // All but the 200 ms after each word, two packets each 400 ms, and some doubt.
        assertThat(half.leftOutShare()).isGreaterThan(0.7 * half.silentShare());
    }

    /// The far end's noise in the pauses is as loud as the background.
    @Test(dataProvider = "backgrounds")
    public void pausesSoundLikeTheBackground(int sampleRateHz, int levelDbov, double[] shape) {
        Half half = new Half(sampleRateHz, levelDbov, shape);
        short[] without = half.heard(false);
        short[] with = half.heard(true);
        int frame = sampleRateHz / 50;

        for (int pause : half.pauses) {
            int from = pause + 20 * frame;
            int samples = (PAUSE_FRAMES - 30) * frame;
            double expected = Level.rmsDbov(without, from, samples);
            assertThat(Level.rmsDbov(with, from, samples))
                    .isBetween(Math.min(expected, -40) - 4, expected + 3);
        }
    }

    @Test
    public void wordsAreUnderstoodAsWellAsWithoutDtx() {
        Half half = new Half(8000, -60, WHITE);
        Recording spoken = new Recording(half.spoken, 8000);

        SpeechReport without = SpeechReport.compare(spoken, new Recording(half.heard(false), 8000));
        SpeechReport with = SpeechReport.compare(spoken, new Recording(half.heard(true), 8000));

        assertThat(without.stoi()).isGreaterThan(0.99);
        assertThat(with.stoi()).isGreaterThan(without.stoi() - 0.002);
        assertThat(with.dropOutsOver40Millis()).isZero();
    }

    /// What is left out is never coded: whatever it is, the packets after it are the same.
    @Test
    public void libopusNeverSeesWhatIsLeftOut() {
        List<byte[]> packets = packetsWithSecretAt(-1);

        int leftOut = 0;
        for (int frame = 60; frame < 120; frame++) {
            if (packets.get(frame).length == 0) {
                leftOut++;
                List<byte[]> others = packetsWithSecretAt(frame);
                for (int i = 0; i < packets.size(); i++) {
                    assertThat(others.get(i)).as("packet %d", i).isEqualTo(packets.get(i));
                }
            }
        }
        assertThat(leftOut).isGreaterThan(40);
    }

    /// Digital silence, with a single sample that is none in one frame, and a word at the end.
    private static List<byte[]> packetsWithSecretAt(int secretFrame) {
        List<byte[]> packets = new ArrayList<>();
        byte[] payload = new byte[1500];
        short[] voice = TestSpeech.narrowband().pcm();
        try (OpusEncoder encoder = new OpusEncoder(settings(8000, true))) {
            for (int i = 0; i < 150; i++) {
                short[] frame =
                        i < 120
                                ? new short[160]
                                : Arrays.copyOfRange(voice, i * 160, (i + 1) * 160);
                if (i == secretFrame) {
                    frame[80] = 20;
                }
                int bytes = encoder.encode(frame, 0, 160, payload, 0);
                packets.add(Arrays.copyOf(payload, bytes));
            }
        }
        return packets;
    }

    /// WebRTC receivers take a pause that nothing announced for loss.
    @Test
    public void aPauseIsAnnouncedByAnEmptyFrame() {
        byte[] payload = new byte[1500];
        List<Integer> lengths = new ArrayList<>();
        try (OpusEncoder encoder = new OpusEncoder(settings(8000, true))) {
            for (int i = 0; i < 60; i++) {
                int bytes = encoder.encode(new short[160], 0, 160, payload, 0);
                lengths.add(bytes);
                assertThat(OpusPacket.durationUnits(payload, 0, bytes)).isIn(0, 960);
            }
        }

        // 200 ms, the empty frame, 19 left out, an update, and so on.
        assertThat(lengths.subList(0, 10)).allSatisfy(n -> assertThat(n).isGreaterThan(1));
        assertThat(lengths.get(10)).isEqualTo(1);
        assertThat(lengths.subList(11, 30)).containsOnly(0);
        assertThat(lengths.get(30)).isGreaterThan(1);
        assertThat(lengths.get(31)).isEqualTo(1);
        assertThat(lengths.subList(32, 51)).containsOnly(0);
    }

    private static OpusSettings settings(int sampleRateHz, boolean dtx) {
        return new OpusSettings(sampleRateHz, 5, 3 * sampleRateHz, false, 0, dtx);
    }

    private static final class Half {

        private final int sampleRateHz;
        private final int frame;
        private final short[] spoken;
        private final List<Integer> onsets = new ArrayList<>();
        private final List<Integer> pauses = new ArrayList<>();
        private int silentFrames;
        private int leftOutFrames;

        Half(int sampleRateHz, int levelDbov, double[] shape) {
            this.sampleRateHz = sampleRateHz;
            frame = sampleRateHz / 50;
            short[] voice = TestSpeech.at(sampleRateHz).pcm();
            short[] paused = new short[4 * voice.length];
            int at = PAUSE_FRAMES * frame;
            int quiet = PAUSE_FRAMES;
            for (int from = 0; from + frame <= voice.length; from += frame) {
                boolean silent = Level.rmsDbov(voice, from, frame) < -55;
                boolean spoken = Level.rmsDbov(voice, from, frame) > Math.max(levelDbov, -50);
                if (spoken && quiet >= 5) {
                    onsets.add(at);
                    quiet = 0;
                }
                quiet = silent ? quiet + 1 : 0;
                silentFrames += silent ? 1 : 0;
                System.arraycopy(voice, from, paused, at, frame);
                at += frame;
                if (quiet == 5) {
                    pauses.add(at);
                    at += PAUSE_FRAMES * frame;
                    silentFrames += PAUSE_FRAMES;
                    quiet += PAUSE_FRAMES;
                }
            }
            silentFrames += PAUSE_FRAMES;
            spoken = new short[at];
            ComfortNoise noise = new ComfortNoise();
            noise.shape(levelDbov, shape, shape.length);
            noise.fill(spoken, 0, frame);
            noise.fill(spoken, 0, at);
            for (int i = 0; i < at; i++) {
                spoken[i] += paused[i];
            }
        }

        short[] heard(boolean dtx) {
            short[] heard = new short[spoken.length];
            byte[] payload = new byte[1500];
            leftOutFrames = 0;
            try (OpusEncoder encoder = new OpusEncoder(settings(sampleRateHz, dtx));
                    OpusDecoder decoder = new OpusDecoder(sampleRateHz)) {
                for (int at = 0; at < spoken.length; at += frame) {
                    int bytes = encoder.encode(spoken, at, frame, payload, 0);
                    if (bytes == 0) {
                        leftOutFrames++;
                        decoder.conceal(heard, at, frame);
                    } else {
                        decoder.decode(payload, 0, bytes, heard, at);
                    }
                }
            }
            return heard;
        }

        double silentShare() {
            return (double) silentFrames * frame / spoken.length;
        }

        double leftOutShare() {
            return (double) leftOutFrames * frame / spoken.length;
        }
    }
}
