package offhook.e2e.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.Test;

public class SpeechTest {

    @Test
    public void voicesAreLongLoudAndStartWithSilence() throws Exception {
        Path folder = Files.createTempDirectory("speech");
        for (Voice voice : Voice.values()) {
            Speech speech = Speech.of(voice, folder);
            Pcm reference = Pcm.read(speech.wav8k());
            Pcm microphone = Pcm.read(speech.wav48k());

            assertThat(reference.seconds()).isGreaterThan(12.5);
            assertThat(reference.levelDbov()).isBetween(-23.0, -18.0);
            assertThat(reference.firstAbove(300)).isBetween(3_800, 8_000);
            assertThat(microphone.rateHz()).isEqualTo(48_000);
            assertThat(Files.size(speech.alaw())).isEqualTo(reference.samples().length);
        }
    }

    @Test
    public void g711AgreesWithSox() throws Exception {
        Speech speech = Speech.of(Voice.AGENT, Files.createTempDirectory("g711"));
        short[] samples = Pcm.read(speech.wav8k()).samples();
        byte[] alaw = Files.readAllBytes(speech.alaw());
        byte[] mulaw = Files.readAllBytes(speech.mulaw());

        for (int i = 0; i < samples.length; i++) {
            // Half a step of the segment, doubled where sox rounds the other way.
            int step = Math.max(32, Math.abs(samples[i]) / 12);
            assertThat((int) G711.PCMA.decode(alaw[i])).isCloseTo(samples[i], within(step));
            assertThat((int) G711.PCMU.decode(mulaw[i])).isCloseTo(samples[i], within(step));
            assertThat((int) G711.PCMA.decode(G711.PCMA.encode(samples[i])))
                    .isCloseTo(samples[i], within(step));
            assertThat((int) G711.PCMU.decode(G711.PCMU.encode(samples[i])))
                    .isCloseTo(samples[i], within(step));
        }
    }

    @Test
    public void everyCodeSurvivesDecodingAndEncoding() {
        for (G711 codec : G711.values()) {
            for (int code = 0; code < 256; code++) {
                short value = codec.decode((byte) code);
                assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
            }
        }
    }
}
