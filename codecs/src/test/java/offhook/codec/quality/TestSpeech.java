package offhook.codec.quality;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Speech made by espeak-ng and brought to a sample rate by sox, once per build folder.
public final class TestSpeech {

    private static final String TEXT =
            "Good morning, this is the service desk. Please tell me your customer number, and then"
                    + " the reason of your call. We heard that the printer on the third floor makes"
                    + " a strange noise, and nobody knows which button stops it. Thank you very much"
                    + " for waiting, and have a pleasant day.";

    private TestSpeech() {}

    /// About 16 s at 8 kHz, peaking at half of full scale.
    public static Recording narrowband() {
        return at(8000);
    }

    /// The same at another rate.
    public static Recording at(int sampleRateHz) {
        Path folder = Path.of("target", "speech", Integer.toHexString(TEXT.hashCode()));
        Path wav = folder.resolve(sampleRateHz + ".wav");
        try {
            if (!Files.exists(wav)) {
                Files.createDirectories(folder);
                Path raw = folder.resolve("espeak.wav");
                run("espeak-ng", "-v", "en-us", "-s", "150", "-w", raw.toString(), TEXT);
                run(
                        "sox",
                        "-R",
                        raw.toString(),
                        "-b",
                        "16",
                        "-D",
                        wav.toString(),
                        "rate",
                        "-v",
                        Integer.toString(sampleRateHz),
                        "norm",
                        "-6");
            }
            return WavFile.read(wav);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (IOException e) {
            throw new IOException(
                    List.of(command).getFirst() + " does not run; apt-get install espeak-ng sox",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
