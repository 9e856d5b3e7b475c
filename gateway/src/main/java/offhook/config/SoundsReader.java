package offhook.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import offhook.config.MediaConfig.Ringback;
import offhook.config.MediaConfig.Sounds;
import offhook.fault.FailureWords;

/// Reads `media.hold-music` and `media.ringback`.
final class SoundsReader {

    private static final Set<Integer> RATES_HZ = Set.of(8000, 16_000, 48_000);
    private static final int SHORTEST_SECONDS = 1;

    /// It is kept in memory, at two rates: 48 KB a second.
    private static final int LONGEST_SECONDS = 180;

    private static final String WANTED =
            "; wanted is a WAV file of 16 bit PCM, 8, 16 or 48 kHz, mono or stereo, of "
                    + SHORTEST_SECONDS
                    + " to "
                    + LONGEST_SECONDS
                    + " seconds";

    private static final int MOST_TONES = 4;
    private static final int MOST_CADENCE = 8;

    private SoundsReader() {}

    static Sounds read(Section media) {
        return new Sounds(
                media.find("hold-music").flatMap(SoundsReader::music),
                media.find("ringback").flatMap(SoundsReader::ringback).orElse(Ringback.USUAL));
    }

    private static Optional<Path> music(Value value) {
        Optional<Path> file = value.readableFile().filter(path -> path.toFile().canRead());
        file.flatMap(SoundsReader::problemOf).ifPresent(what -> value.problem(what + WANTED));
        return file;
    }

    /// Only the head of the file is looked at.
    private static Optional<String> problemOf(Path file) {
        try (AudioInputStream in = AudioSystem.getAudioInputStream(file.toFile())) {
            AudioFormat format = in.getFormat();
            double seconds = in.getFrameLength() / (double) format.getFrameRate();
            boolean served =
                    format.getEncoding().equals(AudioFormat.Encoding.PCM_SIGNED)
                            && format.getSampleSizeInBits() == 16
                            && format.getChannels() <= 2
                            && RATES_HZ.contains(Math.round(format.getSampleRate()));
            if (!served) {
                return Optional.of("it is " + format);
            }
            return seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS
                    ? Optional.of("it is " + Math.round(seconds) + " seconds long")
                    : Optional.empty();
        } catch (UnsupportedAudioFileException e) {
            return Optional.of("it is no sound file that can be read");
        } catch (IOException e) {
            return Optional.of("it cannot be read: " + FailureWords.ofNamed(e));
        }
    }

    private static Optional<Ringback> ringback(Value value) {
        if (!value.isMapping()) {
            return value.choice(RingbackCountries.ALL, RingbackCountries.words());
        }
        Optional<Section> section = value.section();
        Optional<Ringback> read =
                section.flatMap(s -> {
                    Optional<List<Integer>> frequencies =
                            s.require("frequency").map(SoundsReader::frequencies);
                    Optional<List<Integer>> cadence =
                            s.require("cadence").map(SoundsReader::cadence);
                    return frequencies.flatMap(f -> cadence.map(c -> new Ringback(f, c)));
                });
        section.ifPresent(Section::done);
        return read.filter(
                tone -> !tone.frequenciesHz().isEmpty() && !tone.cadenceMillis().isEmpty());
    }

    private static List<Integer> frequencies(Value value) {
        List<Integer> read = new ArrayList<>();
        for (Value each : value.oneOrList()) {
            each.integer(200, 3400).ifPresent(read::add);
        }
        if (read.size() > MOST_TONES) {
            value.problem("has more than " + MOST_TONES + " frequencies");
            return List.of();
        }
        return read;
    }

    private static List<Integer> cadence(Value value) {
        List<Integer> read = new ArrayList<>();
        for (Value each : value.list()) {
            millis(each).ifPresent(read::add);
        }
        if (read.size() % 2 != 0 || read.isEmpty() || read.size() > MOST_CADENCE) {
            value.problem(
                    "must be seconds on, seconds off, and so on: an even number of them, at most "
                            + MOST_CADENCE);
            return List.of();
        }
        return read;
    }

    private static Optional<Integer> millis(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.get().matches("[0-9]{1,2}(\\.[0-9]{1,3})?")) {
            int millis = (int) Math.round(Double.parseDouble(text.get()) * 1000);
            if (millis >= 50 && millis <= 20_000) {
                return Optional.of(millis);
            }
        }
        value.problem(value.quoted() + " is not a number of seconds within 0.05-20");
        return Optional.empty();
    }
}
