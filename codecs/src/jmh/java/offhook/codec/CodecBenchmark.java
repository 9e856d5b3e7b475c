package offhook.codec;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g711.G711Encoder;
import offhook.codec.g722.G722Decoder;
import offhook.codec.g722.G722Encoder;
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

/// Time for one frame of 20 ms, over speech that is longer than any cache of it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    /// Codec, and for Opus the sample rate in kHz, complexity and whether redundancy is sent.
    @Param({
        "PCMU",
        "PCMA",
        "G722",
        "OPUS-8-0",
        "OPUS-8-5",
        "OPUS-8-5-FEC",
        "OPUS-8-10",
        "OPUS-16-5",
        "OPUS-16-5-FEC"
    })
    public String codec = "";

    private final byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];
    private final short[] heard = new short[Decoder.MAX_SAMPLES];
    private short[] speech = {};
    private byte[][] payloads = {};
    private Encoder encoder = new G711Encoder(AudioCodec.PCMU);
    private Decoder decoder = new G711Decoder(AudioCodec.PCMU);
    private int frameSamples;
    private int frame;

    @Setup
    public void encodeAll() {
        String[] parts = codec.split("-");
        int sampleRateHz =
                parts.length > 1
                        ? 1000 * Integer.parseInt(parts[1])
                        : AudioCodec.valueOf(codec).sampleRateHz();
        frameSamples = sampleRateHz / 50;
        speech = TestSpeech.at(sampleRateHz).pcm();
        switch (parts[0]) {
            case "OPUS" -> {
                int complexity = Integer.parseInt(parts[2]);
                int expectedLossPercent = parts.length > 3 ? 10 : 0;
                encoder =
                        new OpusEncoder(
                                new OpusSettings(
                                        sampleRateHz,
                                        complexity,
                                        sampleRateHz == 8000 ? 24_000 : 32_000,
                                        true,
                                        expectedLossPercent,
                                        false));
                decoder = new OpusDecoder(sampleRateHz);
            }
            case "G722" -> {
                encoder = new G722Encoder();
                decoder = new G722Decoder();
            }
            default -> {
                encoder = new G711Encoder(AudioCodec.valueOf(codec));
                decoder = new G711Decoder(AudioCodec.valueOf(codec));
            }
        }
        payloads = new byte[speech.length / frameSamples][];
        for (int i = 0; i < payloads.length; i++) {
            int bytes = encoder.encode(speech, i * frameSamples, frameSamples, payload, 0);
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
        return encoder.encode(speech, frame * frameSamples, frameSamples, payload, 0);
    }

    @Benchmark
    public int decode() {
        next();
        return decoder.decode(payloads[frame], 0, payloads[frame].length, heard, 0);
    }

    /// Two frames: one that is there and one that is lost.
    @Benchmark
    public int decodeAndConceal() {
        next();
        int samples = decoder.decode(payloads[frame], 0, payloads[frame].length, heard, 0);
        return samples + decoder.conceal(heard, 0, frameSamples);
    }

    private void next() {
        frame = frame + 1 == payloads.length ? 0 : frame + 1;
    }
}
