package offhook.e2e.speech;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import offhook.codec.quality.Recording;
import offhook.codec.quality.WavFile;

/// Mono 16-bit sound in memory, read from and written to RIFF WAVE files.
///
/// @param rateHz samples a second
/// @param samples never copied: whoever made it leaves it alone afterwards
@SuppressWarnings("ArrayRecordComponent") // A value by convention; never compared.
public record Pcm(int rateHz, short[] samples) {
    /// Reads a 16-bit mono file.
    public static Pcm read(Path wav) {
        try {
            Recording recording = WavFile.read(wav);
            return new Pcm(recording.sampleRateHz(), recording.pcm());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes a WAVE file.
    public Path write(Path wav) {
        try {
            WavFile.write(wav, toRecording());
            return wav;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// For the measures of quality.
    public Recording toRecording() {
        return new Recording(samples, rateHz);
    }

    /// The same sound `times` times in a row.
    public Pcm repeated(int times) {
        short[] out = new short[samples.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(samples, 0, out, i * samples.length, samples.length);
        }
        return new Pcm(rateHz, out);
    }

    /// A part, by sample numbers; what lies outside is silence.
    public Pcm slice(int from, int to) {
        short[] out = new short[to - from];
        int first = Math.max(from, 0);
        int last = Math.min(to, samples.length);
        if (first < last) {
            System.arraycopy(samples, first, out, first - from, last - first);
        }
        return new Pcm(rateHz, out);
    }

    public double seconds() {
        return (double) samples.length / rateHz;
    }

    /// The first sample that is louder than `limit`, or -1.
    public int firstAbove(int limit) {
        for (int i = 0; i < samples.length; i++) {
            if (Math.abs(samples[i]) > limit) {
                return i;
            }
        }
        return -1;
    }

    /// Root mean square level in dBov: 0 is a full-scale square wave.
    public double levelDbov() {
        double sum = 0;
        for (short sample : samples) {
            sum += Math.pow(sample / 32768.0, 2);
        }
        return 10 * Math.log10(Math.max(sum / Math.max(1, samples.length), 1e-12));
    }
}
