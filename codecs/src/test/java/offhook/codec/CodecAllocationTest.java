package offhook.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import offhook.codec.dsp.Tone;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g711.G711Encoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CodecAllocationTest {

    private static final int ROUNDS = 10_000;
    private static final int FRAME = 160;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @DataProvider
    public Object[][] codecs() {
        return new Object[][] {{AudioCodec.PCMU}, {AudioCodec.PCMA}, {AudioCodec.OPUS}};
    }

    @Test(dataProvider = "codecs")
    public void nothingIsAllocatedPerPacket(AudioCodec codec) {
        short[] pcm = new short[FRAME];
        byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];
        short[] heard = new short[Decoder.MAX_SAMPLES];
        Tone.milliwatt(8000).fill(pcm, 0, FRAME);

        try (Encoder encoder = encoder(codec);
                Decoder decoder = decoder(codec)) {
            run(encoder, decoder, pcm, payload, heard);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            run(encoder, decoder, pcm, payload, heard);
            long after = THREADS.getCurrentThreadAllocatedBytes();

            assertThat(after - before).isZero();
        }
    }

    private static void run(
            Encoder encoder, Decoder decoder, short[] pcm, byte[] payload, short[] heard) {
        for (int i = 0; i < ROUNDS; i++) {
            int bytes = encoder.encode(pcm, 0, FRAME, payload, 0);
            switch (i % 50) {
                case 7 -> decoder.conceal(heard, 0, FRAME);
                case 8 -> decoder.decodeFec(payload, 0, bytes, heard, 0, FRAME);
                default -> decoder.decode(payload, 0, bytes, heard, 0);
            }
        }
    }

    private static Encoder encoder(AudioCodec codec) {
        return codec == AudioCodec.OPUS
                ? new OpusEncoder(OpusSettings.NARROWBAND)
                : new G711Encoder(codec);
    }

    private static Decoder decoder(AudioCodec codec) {
        return codec == AudioCodec.OPUS ? new OpusDecoder(8000) : new G711Decoder(codec);
    }
}
