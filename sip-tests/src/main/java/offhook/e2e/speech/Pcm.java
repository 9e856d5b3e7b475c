package offhook.e2e.speech;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Mono 16-bit sound in memory, read from and written to RIFF WAVE files.
///
/// @param rateHz samples a second
/// @param samples never copied: whoever made it leaves it alone afterwards
@SuppressWarnings("ArrayRecordComponent") // A value by convention; never compared.
public record Pcm(int rateHz, short[] samples) {
    private static final int HEADER_BYTES = 44;

    /// Reads a 16-bit mono file, whatever other chunks it has.
    public static Pcm read(Path wav) {
        try {
            return parse(Files.readAllBytes(wav));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Pcm parse(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int rateHz = 0;
        for (int at = 12; at + 8 <= file.length; ) {
            String chunk = new String(file, at, 4, StandardCharsets.US_ASCII);
            int length = Math.min(in.getInt(at + 4), file.length - at - 8);
            if (chunk.equals("fmt ")) {
                rateHz = in.getInt(at + 12);
                if (in.getShort(at + 10) != 1 || in.getShort(at + 22) != 16) {
                    throw new IllegalArgumentException("not 16-bit mono");
                }
            } else if (chunk.equals("data")) {
                short[] samples = new short[length / 2];
                in.position(at + 8)
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asShortBuffer()
                        .get(samples);
                return new Pcm(rateHz, samples);
            }
            at += 8 + length + (length & 1);
        }
        throw new IllegalArgumentException("no data chunk");
    }

    /// Writes a WAVE file.
    public Path write(Path wav) {
        int dataBytes = samples.length * 2;
        ByteBuffer out =
                ByteBuffer.allocate(HEADER_BYTES + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(HEADER_BYTES - 8 + dataBytes);
        out.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
        out.putShort((short) 1).putShort((short) 1).putInt(rateHz).putInt(rateHz * 2);
        out.putShort((short) 2).putShort((short) 16);
        out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(dataBytes);
        out.asShortBuffer().put(samples);
        try {
            return Files.write(wav, out.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        double sum = Arrays.stream(toDoubles()).map(x -> x * x).sum();
        return 10 * Math.log10(Math.max(sum / Math.max(1, samples.length), 1e-12));
    }

    /// Samples between -1 and 1.
    public double[] toDoubles() {
        double[] out = new double[samples.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = samples[i] / 32768.0;
        }
        return out;
    }
}
