package offhook.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import offhook.codec.cn.ComfortNoisePayload;
import offhook.codec.dsp.ComfortNoise;
import offhook.codec.dsp.NoiseFloor;
import offhook.codec.dsp.Tone;
import offhook.codec.dsp.VoiceActivity;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g711.G711Encoder;
import offhook.codec.g722.G722Decoder;
import offhook.codec.g722.G722Encoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import offhook.codec.telephony.DtmfDetector;
import offhook.codec.telephony.DtmfEvent;
import offhook.codec.telephony.DtmfGenerator;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CodecAllocationTest {

    private static final int ROUNDS = 10_000;
    private static final int WARM_UP = 60;
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

    @DataProvider
    public Object[][] sampleRates() {
        return new Object[][] {{8000}, {16_000}};
    }

    /// What is not a codec: comfort noise, digits, background and voice, Opus steered and with DTX.
    @Test(dataProvider = "sampleRates")
    public void nothingIsAllocatedPerFrameOfSound(int sampleRateHz) {
        Sound sound = new Sound(sampleRateHz);
        long allocated = 1;
        for (int i = 0; i < WARM_UP && allocated > 0; i++) {
            sound.steer(i);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            sound.run();
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        sound.opus.close();

        assertThat(allocated).isZero();
        assertThat(sound.digits).isPositive();
    }

    private static final class Sound implements DtmfDetector.Listener {

        private final short[] pcm;
        private final byte[] payload = {50, 20, (byte) 200, 127};
        private final byte[] coded = new byte[Decoder.MAX_PAYLOAD_BYTES];
        private final ComfortNoisePayload description = new ComfortNoisePayload();
        private final ComfortNoise noise = new ComfortNoise();
        private final DtmfGenerator generator;
        private final DtmfDetector detector;
        private final NoiseFloor floor;
        private final VoiceActivity voice;
        private final OpusEncoder opus;
        private int digits;

        Sound(int sampleRateHz) {
            pcm = new short[sampleRateHz / 50];
            generator = new DtmfGenerator(sampleRateHz);
            detector = new DtmfDetector(sampleRateHz, this);
            floor = new NoiseFloor(sampleRateHz);
            voice = new VoiceActivity(pcm.length);
            opus = new OpusEncoder(new OpusSettings(sampleRateHz, 1, 24_000, true, 0, true));
        }

        /// Not of a frame: it follows reports of the peer and the load, seconds apart.
        void steer(int round) {
            opus.setComplexity(round % 3);
            opus.setExpectedLoss(round % 5);
        }

        void run() {
            for (int i = 0; i < ROUNDS / 4; i++) {
                if (i % 50 == 0) {
                    generator.press(DtmfEvent.DIGIT_5, 10);
                    generator.release();
                }
                if (generator.isIdle()) {
                    description.read(payload, 0, payload.length);
                    description.applyTo(noise);
                    noise.fill(pcm, 0, pcm.length);
                } else {
                    generator.fill(pcm, 0, pcm.length);
                }
                detector.onAudio(pcm, 0, pcm.length);
                floor.hear(pcm, 0, pcm.length);
                voice.isActive(pcm, 0);
                opus.encode(pcm, 0, pcm.length, coded, 0);
            }
        }

        @Override
        public void onDigitBegin(DtmfEvent event, int samplesAgo) {
            digits++;
        }

        @Override
        public void onDigitEnd(DtmfEvent event, int durationMillis) {}
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
