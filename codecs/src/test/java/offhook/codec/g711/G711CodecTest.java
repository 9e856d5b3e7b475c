package offhook.codec.g711;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import offhook.codec.AudioCodec;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class G711CodecTest {

    @DataProvider
    public Object[][] laws() {
        return new Object[][] {{AudioCodec.PCMU}, {AudioCodec.PCMA}};
    }

    @Test(dataProvider = "laws")
    public void samplesComeBackWithinTheirQuantisationStep(AudioCodec law) {
        short[] pcm = new short[1000];
        byte[] payload = new byte[1100];
        short[] heard = new short[1200];
        Random random = new Random(1);
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (short) random.nextInt();
        }

        int bytes = new G711Encoder(law).encode(pcm, 0, 1000, payload, 50);
        int samples = new G711Decoder(law).decode(payload, 50, bytes, heard, 100);

        assertThat(bytes).isEqualTo(1000);
        assertThat(samples).isEqualTo(1000);
        for (int i = 0; i < pcm.length; i++) {
            // Half a step: 1/32 of the value with its bias, 8 near zero; a little more at overload.
            double bound = Math.max(8, (Math.abs(pcm[i]) + 132) / 31.0);
            assertThat((double) heard[100 + i]).isBetween(pcm[i] - bound, pcm[i] + bound);
        }
    }

    @Test
    public void aPayloadThatDoesNotFitIsRefusedUntouched() {
        G711Decoder decoder = new G711Decoder(AudioCodec.PCMA);
        short[] pcm = new short[160];

        assertThat(decoder.decode(new byte[161], 0, 161, pcm, 0)).isZero();
        assertThat(decoder.decode(new byte[160], 0, 160, pcm, 1)).isZero();
        assertThat(decoder.decode(new byte[2000], 0, 1501, new short[2000], 0)).isZero();
        assertThat(decoder.decode(new byte[0], 0, 0, pcm, 0)).isZero();
        assertThat(pcm).containsOnly(0);
    }

    @Test
    public void otherCodecsAreRefused() {
        assertThatThrownBy(() -> new G711Encoder(AudioCodec.OPUS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new G711Decoder(AudioCodec.OPUS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    public void lostPacketsBeforeAnyOtherAreSilence() {
        short[] pcm = new short[160];
        Arrays.fill(pcm, (short) 99);

        assertThat(new G711Decoder(AudioCodec.PCMU).conceal(pcm, 0, 160)).isEqualTo(160);

        assertThat(pcm).containsOnly(0);
    }
}
