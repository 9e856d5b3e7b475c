package offhook.codec.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import org.testng.annotations.Test;

public class FecTest {

    private static final int FRAME = 160;
    private static final double LOSS = 0.1;

    @Test
    public void redundancyRestoresWhatALossyLinkTakesAway() {
        Recording speech = TestSpeech.narrowband();

        double concealed = SpeechReport.compare(speech, overLossyLink(speech, 0)).stoi();
        double restored = SpeechReport.compare(speech, overLossyLink(speech, 10)).stoi();

        assertThat(concealed).isLessThan(0.95);
        assertThat(restored).isGreaterThan(0.97);
    }

    /// A receiver that waits for the packet after a lost one and asks it for the lost one.
    private static Recording overLossyLink(Recording in, int expectedLossPercent) {
        short[] pcm = in.pcm();
        short[] out = new short[pcm.length / FRAME * FRAME];
        byte[] payload = new byte[1500];
        Random random = new Random(20260101);
        OpusSettings settings = new OpusSettings(8000, 5, 24_000, true, expectedLossPercent, false);
        try (OpusEncoder encoder = new OpusEncoder(settings);
                OpusDecoder decoder = new OpusDecoder(8000)) {
            boolean lostBefore = false;
            for (int at = 0; at < out.length; at += FRAME) {
                int bytes = encoder.encode(pcm, at, FRAME, payload, 0);
                boolean lost = random.nextDouble() < LOSS;
                if (lostBefore && lost) {
                    decoder.conceal(out, at - FRAME, FRAME);
                } else if (lostBefore) {
                    decoder.decodeFec(payload, 0, bytes, out, at - FRAME, FRAME);
                }
                if (!lost) {
                    decoder.decode(payload, 0, bytes, out, at);
                }
                lostBefore = lost;
            }
        }
        return new Recording(out, in.sampleRateHz());
    }
}
