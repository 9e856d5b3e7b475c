package offhook.codec.sound;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/// Reads sounds from WAV files of 16 bit PCM.
public final class SoundFile {

    private static final int BYTES_PER_SAMPLE = 2;

    private SoundFile() {}

    /// Reads a whole file; of several channels, their mean.
    ///
    /// @throws IOException when it cannot be read, or is something else
    public static Sound read(Path file) throws IOException {
        try (AudioInputStream in = AudioSystem.getAudioInputStream(file.toFile())) {
            AudioFormat format = in.getFormat();
            if (format.getSampleSizeInBits() != 8 * BYTES_PER_SAMPLE
                    || !format.getEncoding().equals(AudioFormat.Encoding.PCM_SIGNED)) {
                throw new IOException(file + " is not 16 bit PCM but " + format);
            }
            ByteBuffer bytes =
                    ByteBuffer.wrap(in.readAllBytes())
                            .order(
                                    format.isBigEndian()
                                            ? ByteOrder.BIG_ENDIAN
                                            : ByteOrder.LITTLE_ENDIAN);
            int channels = format.getChannels();
            short[] pcm = new short[bytes.remaining() / BYTES_PER_SAMPLE / channels];
            for (int i = 0; i < pcm.length; i++) {
                int sum = 0;
                for (int channel = 0; channel < channels; channel++) {
                    sum += bytes.getShort();
                }
                pcm[i] = (short) (sum / channels);
            }
            return Sound.of(pcm, Math.round(format.getSampleRate()));
        } catch (UnsupportedAudioFileException e) {
            throw new IOException(file + " is no sound file", e);
        }
    }
}
