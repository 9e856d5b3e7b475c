package offhook.codec.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.Test;

public class WavFileTest {

    @Test
    public void whatIsWrittenIsReadAgain() throws IOException {
        Path file = Files.createTempFile("offhook", ".wav");
        short[] pcm = {0, 1, -1, Short.MAX_VALUE, Short.MIN_VALUE, 12_345};

        WavFile.write(file, new Recording(pcm, 48_000));
        Recording read = WavFile.read(file);

        assertThat(read.pcm()).isEqualTo(pcm);
        assertThat(read.sampleRateHz()).isEqualTo(48_000);
        // A header of 44 bytes, as every player expects.
        assertThat(Files.size(file)).isEqualTo(44 + 2 * pcm.length);
        Files.delete(file);
    }

    @Test
    public void whatIsNoWavIsToldWithItsName() throws IOException {
        Path file = Files.createTempFile("offhook", ".wav");
        Files.writeString(file, "not a WAV file, but long enough to be taken for one at first");

        assertThatThrownBy(() -> WavFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
        Files.delete(file);
    }
}
