package offhook.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import offhook.codec.dsp.Tone;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g711.G711Encoder;
import offhook.codec.g722.G722Decoder;
import offhook.codec.g722.G722Encoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CodecAllocationTest {

    private static final int ROUNDS = 10_000;
    private static final int WARM_UP = 10;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @DataProvider
    public Object[][] codecs() {
        return new Object[][] {
            {AudioCodec.PCMU}, {AudioCodec.PCMA}, {AudioCodec.G722}, {AudioCodec.OPUS}
        };
    }

    @Test(dataProvider = "codecs")
    public void nothingIsAllocatedPerPacket(AudioCodec codec) {
        short[] pcm = new short[codec.sampleRateHz() / 50];
        byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];
        short[] heard = new short[Decoder.MAX_SAMPLES];
        Tone.milliwatt(codec.sampleRateHz()).fill(pcm, 0, pcm.length);

        try (Encoder encoder = encoder(codec);
                Decoder decoder = decoder(codec)) {
            long allocated = 1;
            // What the interpreter allocates ends when the JIT compiler has seen enough.
            for (int i = 0; i < WARM_UP && allocated > 0; i++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                run(encoder, decoder, pcm, payload, heard);
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            }

            assertThat(allocated).isZero();
        }
    }

    private static void run(
            Encoder encoder, Decoder decoder, short[] pcm, byte[] payload, short[] heard) {
        for (int i = 0; i < ROUNDS; i++) {
            int bytes = encoder.encode(pcm, 0, pcm.length, payload, 0);
            switch (i % 50) {
                case 7 -> decoder.conceal(heard, 0, pcm.length);
                case 8 -> decoder.decodeFec(payload, 0, bytes, heard, 0, pcm.length);
                default -> decoder.decode(payload, 0, bytes, heard, 0);
            }
        }
    }

    private static Encoder encoder(AudioCodec codec) {
        return switch (codec) {
            case PCMU, PCMA -> new G711Encoder(codec);
            case G722 -> new G722Encoder();
            case OPUS -> new OpusEncoder(OpusSettings.NARROWBAND);
        };
    }

    private static Decoder decoder(AudioCodec codec) {
        return switch (codec) {
            case PCMU, PCMA -> new G711Decoder(codec);
            case G722 -> new G722Decoder();
            case OPUS -> new OpusDecoder(8000);
        };
    }
}
