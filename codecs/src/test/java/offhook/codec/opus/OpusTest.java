package offhook.codec.opus;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class OpusTest {

    @Test
    public void aToneSurvivesARoundTrip() {
        short[] pcm = new short[160];
        byte[] payload = new byte[1500];
        short[] heard = new short[960];
        int samples = 0;
        double energy = 0;

        try (OpusEncoder encoder = new OpusEncoder(OpusSettings.NARROWBAND);
                OpusDecoder decoder = new OpusDecoder(8000)) {
            for (int frame = 0; frame < 50; frame++) {
                for (int i = 0; i < pcm.length; i++) {
                    pcm[i] = (short) (8000 * Math.sin(2 * Math.PI * 0.05 * (frame * 160 + i)));
                }
                int bytes = encoder.encode(pcm, 0, 160, payload, 0);
                samples += decoder.decode(payload, 0, bytes, heard, 0);
            }
        }
        for (int i = 0; i < 160; i++) {
            energy += heard[i] * (double) heard[i] / 160;
        }

        assertThat(samples).isEqualTo(8000);
        assertThat(Math.sqrt(energy)).isBetween(4500.0, 6800.0);
    }

    @Test
    public void theVersionTellsTheBinding() {
        assertThat(OpusLibrary.version()).contains("libopus").contains("LWJGL 3.");
    }
}
