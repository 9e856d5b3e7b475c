package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.codec.AudioCodec;
import offhook.codec.opus.OpusSettings;
import org.testng.annotations.Test;

/// A clock that moves by a step whenever it is read says how often codecs were timed.
public class CodecMeterTest {

    private static final OpusSettings OPUS = OpusSettings.NARROWBAND;
    private static final int PACKETS = 50;
    private static final long STEP_NANOS = 1_000;
    private static final long MILLI = 1_000_000L;

    private long readings;
    private final CodecMeter meter = new CodecMeter(() -> readings++ * STEP_NANOS);

    @Test
    public void eachFrameThatIsTranscodedIsTimedOnceOnEachSide() {
        pass(AudioCodec.PCMA, AudioCodec.OPUS);

        LoopFigures.Work work = meter.work(7);
        assertThat(work.cpuNanos()).isEqualTo(7);
        assertThat(work.decoded()).isEqualTo(PACKETS);
        assertThat(work.encoded()).isEqualTo(PACKETS);
        assertThat(work.decodingNanos()).isEqualTo(PACKETS * STEP_NANOS);
        assertThat(work.encodingNanos()).isEqualTo(PACKETS * STEP_NANOS);
    }

    @Test
    public void audioThatIsRelayedCostsNothing() {
        CodecMeterTest other = new CodecMeterTest();
        other.pass(AudioCodec.PCMA, AudioCodec.PCMA);

        assertThat(other.meter.work(0)).isEqualTo(LoopFigures.Work.NONE);
    }

    private void pass(AudioCodec from, AudioCodec to) {
        MirrorLeg trunk = new MirrorLeg(from, true);
        MirrorLeg browser = new MirrorLeg(to, false);
        Transcoder transcoder =
                new Transcoder(new Encoders(OPUS, OPUS::complexity, meter, new Scratch()));
        ArrivalPath path = new ArrivalPath(trunk, browser, transcoder, new Deadlines());
        trunk.outlet(path);
        byte[] payload = new byte[160];
        for (int i = 1; i <= PACKETS; i++) {
            trunk.nowNanos = i * 20 * MILLI;
            browser.nowNanos = trunk.nowNanos;
            trunk.receive(payload, payload.length);
        }
        assertThat(browser.sent).isEqualTo(PACKETS);
        path.close();
    }
}
