package offhook.e2e.speech;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import offhook.e2e.process.Tool;

/// One voice as files, about -20 dBov, half a second of silence first.
///
/// @param wav8k 8 kHz, 16 bit, mono: the reference
/// @param wav48k 48 kHz, 16 bit, mono: for Chromium's fake microphone, which loops it
/// @param alaw headerless PCMA for sipp's `rtp_stream`
/// @param mulaw headerless PCMU
public record Speech(Path wav8k, Path wav48k, Path alaw, Path mulaw) {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final double LEVEL_DBOV = -20;

    /// Makes the files of `voice` in `folder`, at least 12 s long.
    public static Speech of(Voice voice, Path folder) {
        String name = voice.name().toLowerCase(Locale.ROOT);
        return of(name, voice.espeakVoice(), voice.text(), folder);
    }

    /// Makes the files of any text.
    ///
    /// @param name what the files' names start with
    public static Speech of(String name, String espeakVoice, String text, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path raw = folder.resolve(name + "-raw.wav");
        var speech =
                new Speech(
                        folder.resolve(name + "-8k.wav"),
                        folder.resolve(name + "-48k.wav"),
                        folder.resolve(name + ".al"),
                        folder.resolve(name + ".ul"));
        Tool.ESPEAK.run(LIMIT, "-v", espeakVoice, "-s", "165", "-w", raw, text);
        // Telephone band, so that no end is blamed for what G.711 cannot carry.
        double gainDb = LEVEL_DBOV - rmsDbov(raw);
        String gain = String.format(Locale.ROOT, "%.2f", gainDb);
        Path wide = speech.wav48k;
        Tool.SOX.run(
                LIMIT,
                "-R",
                raw,
                "-r",
                "48000",
                "-b",
                "16",
                "-c",
                "1",
                wide,
                "highpass",
                "120",
                "gain",
                "-l",
                gain,
                "pad",
                "0.5",
                "0.3");
        Tool.SOX.run(LIMIT, "-R", wide, "-r", "8000", "-b", "16", speech.wav8k);
        Tool.SOX.run(LIMIT, "-R", speech.wav8k, "-t", "raw", "-e", "a-law", speech.alaw);
        Tool.SOX.run(LIMIT, "-R", speech.wav8k, "-t", "raw", "-e", "u-law", speech.mulaw);
        return speech;
    }

    private static double rmsDbov(Path wav) {
        String stats = Tool.SOX.run(LIMIT, wav, "-n", "stats");
        return stats.lines()
                .filter(line -> line.startsWith("RMS lev dB"))
                .mapToDouble(line -> Double.parseDouble(line.substring(10).strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("sox says nothing of the level"));
    }
}
