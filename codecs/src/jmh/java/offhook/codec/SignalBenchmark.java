package offhook.codec;

import java.util.concurrent.TimeUnit;
import offhook.codec.dsp.ComfortNoise;
import offhook.codec.dsp.NoiseFloor;
import offhook.codec.dsp.VoiceActivity;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import offhook.codec.quality.TestSpeech;
import offhook.codec.telephony.DtmfDetector;
import offhook.codec.telephony.DtmfEvent;
import offhook.codec.telephony.DtmfGenerator;
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

/// Time for one frame of 20 ms of what listens to audio or makes it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SignalBenchmark {

    @Param({"8000", "16000"})
    public int sampleRateHz = 8000;

    private static final double[] SPECTRUM = {-0.9, 0.4, -0.2, 0.1, 0.1, -0.1, 0.05, 0, 0.1, 0};

    private final short[] made = new short[320];
    private final short[] silence = new short[320];
    private final byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];
    private final ComfortNoise white = new ComfortNoise();
    private final ComfortNoise shaped = new ComfortNoise();
    private short[] speech = {};
    private DtmfDetector detector = detector(8000);
    private DtmfGenerator generator = new DtmfGenerator(8000);
    private NoiseFloor floor = new NoiseFloor(8000);
    private VoiceActivity voice = new VoiceActivity(160);
    private Encoder dtx = dtx(8000);
    private int samples;
    private int frame;

    @Setup
    public void make() {
        samples = sampleRateHz / 50;
        speech = TestSpeech.at(sampleRateHz).pcm();
        detector = detector(sampleRateHz);
        generator = new DtmfGenerator(sampleRateHz);
        generator.press(DtmfEvent.DIGIT_1, 10);
        floor = new NoiseFloor(sampleRateHz);
        voice = new VoiceActivity(samples);
        dtx.close();
        dtx = dtx(sampleRateHz);
        white.white(-50);
        shaped.shape(-50, SPECTRUM, SPECTRUM.length);
    }

    @TearDown
    public void close() {
        dtx.close();
    }

    @Benchmark
    public boolean detectDigits() {
        detector.onAudio(speech, next(), samples);
        return detector.isSuspecting();
    }

    @Benchmark
    public short makeDigit() {
        generator.fill(made, 0, samples);
        return made[1];
    }

    @Benchmark
    public short makeWhiteNoise() {
        white.fill(made, 0, samples);
        return made[1];
    }

    @Benchmark
    public short makeShapedNoise() {
        shaped.fill(made, 0, samples);
        return made[1];
    }

    @Benchmark
    public NoiseFloor hearNoiseFloor() {
        floor.hear(speech, next(), samples);
        return floor;
    }

    @Benchmark
    public boolean hearVoice() {
        return voice.isActive(speech, next());
    }

    /// One frame of 20 reaches libopus.
    @Benchmark
    public int encodeSilenceWithDtx() {
        return dtx.encode(silence, 0, samples, payload, 0);
    }

    private int next() {
        frame++;
        if ((frame + 1) * samples > speech.length) {
            frame = 0;
        }
        return frame * samples;
    }

    private static Encoder dtx(int sampleRateHz) {
        return new OpusEncoder(new OpusSettings(sampleRateHz, 5, 24_000, true, 0, true));
    }

    private static DtmfDetector detector(int sampleRateHz) {
        return new DtmfDetector(
                sampleRateHz,
                new DtmfDetector.Listener() {
                    @Override
                    public void onDigitBegin(DtmfEvent event, int samplesAgo) {}

                    @Override
                    public void onDigitEnd(DtmfEvent event, int durationMillis) {}
                });
    }
}
