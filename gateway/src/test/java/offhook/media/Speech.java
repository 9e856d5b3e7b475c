package offhook.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import offhook.codec.quality.Recording;
import offhook.codec.quality.WavFile;

/// Words made by espeak-ng and brought to a sample rate by sox, once per build folder.
final class Speech {

    private static final String TEXT =
            "Good morning, you are through to the service desk. My name is Alice. I have found your"
                    + " order from last Thursday, and I see that the second parcel is still on its"
                    + " way. Shall I send the bill to the same address as before, or would you like"
                    + " to give me another one?";

    private Speech() {}

    static Recording at(int sampleRateHz) {
        Path folder = Path.of("target", "speech", Integer.toHexString(TEXT.hashCode()));
        Path wav = folder.resolve(sampleRateHz + ".wav");
        try {
            if (!Files.exists(wav)) {
                Files.createDirectories(folder);
                Path raw = folder.resolve("espeak.wav");
                run("espeak-ng", "-v", "en-gb", "-s", "150", "-w", raw.toString(), TEXT);
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
            throw new IOException(command[0] + " does not run; apt-get install espeak-ng sox", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
