package offhook.codec;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g711.G711Encoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import offhook.codec.quality.TestSpeech;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Time for one frame of 20 ms at 8 kHz, over speech that is longer than any cache of it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    private static final int FRAME = 160;

    /// Codec, and for Opus complexity and whether redundancy is sent.
    @Param({"PCMU", "PCMA", "OPUS-0", "OPUS-5", "OPUS-5-FEC", "OPUS-10"})
    public String codec = "";

    private final byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];
    private final short[] heard = new short[Decoder.MAX_SAMPLES];
    private short[] speech = {};
    private byte[][] payloads = {};
    private Encoder encoder = new G711Encoder(AudioCodec.PCMU);
    private Decoder decoder = new G711Decoder(AudioCodec.PCMU);
    private int frame;

    @Setup
    public void encodeAll() {
        speech = TestSpeech.narrowband().pcm();
        encoder = encoder();
        decoder =
                codec.startsWith("OPUS")
                        ? new OpusDecoder(8000)
                        : new G711Decoder(AudioCodec.valueOf(codec));
        payloads = new byte[speech.length / FRAME][];
        for (int i = 0; i < payloads.length; i++) {
            int bytes = encoder.encode(speech, i * FRAME, FRAME, payload, 0);
            payloads[i] = Arrays.copyOf(payload, bytes);
        }
    }

    @TearDown
    public void close() {
        encoder.close();
        decoder.close();
    }

    @Benchmark
    public int encode() {
        next();
        return encoder.encode(speech, frame * FRAME, FRAME, payload, 0);
    }

    @Benchmark
    public int decode() {
        next();
        return decoder.decode(payloads[frame], 0, payloads[frame].length, heard, 0);
    }

    /// Each tenth frame is lost.
    @Benchmark
    public int decodeWithLoss() {
        next();
        return frame % 10 == 0
                ? decoder.conceal(heard, 0, FRAME)
                : decoder.decode(payloads[frame], 0, payloads[frame].length, heard, 0);
    }

    private void next() {
        frame = frame + 1 == payloads.length ? 0 : frame + 1;
    }

    private Encoder encoder() {
        return switch (codec) {
            case "OPUS-0" -> opus(0, 0);
            case "OPUS-5" -> opus(5, 0);
            case "OPUS-5-FEC" -> opus(5, 10);
            case "OPUS-10" -> opus(10, 0);
            default -> new G711Encoder(AudioCodec.valueOf(codec));
        };
    }

    private static Encoder opus(int complexity, int expectedLossPercent) {
        return new OpusEncoder(
                new OpusSettings(8000, complexity, 24_000, true, expectedLossPercent, false));
    }
}
