package offhook.codec.quality;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/// WAV files of 16 bit mono PCM.
public final class WavFile {

    private static final int BYTES_PER_SAMPLE = 2;

    private WavFile() {}

    /// Reads the whole file.
    ///
    /// @throws IOException if it cannot be read, or is no 16 bit mono PCM
    public static Recording read(Path file) throws IOException {
        try (AudioInputStream in = AudioSystem.getAudioInputStream(file.toFile())) {
            AudioFormat format = in.getFormat();
            if (format.getChannels() != 1
                    || format.getSampleSizeInBits() != 16
                    || !format.getEncoding().equals(AudioFormat.Encoding.PCM_SIGNED)) {
                throw new IOException(file + " is not 16 bit mono PCM but " + format);
            }
            ByteBuffer bytes =
                    ByteBuffer.wrap(in.readAllBytes())
                            .order(
                                    format.isBigEndian()
                                            ? ByteOrder.BIG_ENDIAN
                                            : ByteOrder.LITTLE_ENDIAN);
            short[] pcm = new short[bytes.remaining() / BYTES_PER_SAMPLE];
            bytes.asShortBuffer().get(pcm);
            return new Recording(pcm, Math.round(format.getSampleRate()));
        } catch (UnsupportedAudioFileException e) {
            throw new IOException(file + " is not a WAV file", e);
        }
    }

    /// Writes or replaces the file.
    public static void write(Path file, Recording recording) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(recording.samples() * BYTES_PER_SAMPLE)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(recording.pcm());
        AudioFormat format = new AudioFormat(recording.sampleRateHz(), 16, 1, true, false);
        try (AudioInputStream in =
                new AudioInputStream(
                        new ByteArrayInputStream(bytes.array()), format, recording.samples())) {
            AudioSystem.write(in, AudioFileFormat.Type.WAVE, file.toFile());
        }
    }
}
