package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.codec.AudioCodec;
import offhook.codec.g711.G711Encoder;
import offhook.codec.opus.OpusPacket;
import offhook.codec.opus.OpusSettings;
import offhook.rtp.RtpPacket;
import org.testng.annotations.Test;

public class RedundancyTest {

    private static final int FRAME = 160;
    private static final long FRAME_NANOS = 20_000_000L;

    private final RecordingLeg browser = new RecordingLeg(AudioCodec.OPUS, false);
    private final RecordingLeg trunk = new RecordingLeg(AudioCodec.PCMA, true);
    private final G711Encoder phone = new G711Encoder(AudioCodec.PCMA);
    private final byte[] bytes = new byte[RtpPacket.HEADER_BYTES + FRAME];
    private final RtpPacket packet = new RtpPacket();
    private int frames;

    @Test
    public void whatTheBrowserLosesIsSentTwiceAndNothingOnACleanPath() {
        ArrivalPath path =
                new ArrivalPath(
                        trunk, browser, new Transcoder(OpusSettings.NARROWBAND), new Deadlines());
        assertThat(redundant(path)).isZero();
        browser.expectedLoss = 10;
        assertThat(redundant(path)).isGreaterThan(70);
        browser.expectedLoss = 0;
        assertThat(redundant(path)).isZero();
        path.close();
    }

    /// How many of the next hundred packets to the browser are redundant, the first few left out.
    private int redundant(ArrivalPath path) {
        browser.sent.clear();
        for (int i = 0; i < 105; i++) {
            speak();
            path.onPacket(packet, AudioCodec.PCMA, frames * FRAME_NANOS);
        }
        return (int)
                browser.sent.stream()
                        .skip(5)
                        .filter(s ->
                                OpusPacket.carriesRedundancy(s.payload(), 0, s.payload().length))
                        .count();
    }

    /// A voice that glides, swells and pauses for breath.
    private void speak() {
        short[] pcm = new short[FRAME];
        for (int i = 0; i < FRAME; i++) {
            double time = (frames * FRAME + i) / 8000.0;
            double phase = 2 * Math.PI * (120 * time + 4 * Math.sin(3 * time));
            double loudness = 6000 * Math.abs(Math.sin(2 * Math.PI * 1.5 * time));
            pcm[i] =
                    (short)
                            (loudness * (Math.sin(phase) + Math.sin(4 * phase) / 2)
                                    + loudness / 2 * Math.sin(9 * phase));
        }
        RtpPacket.writeHeader(bytes, 0, 8, false, frames & 0xffff, frames * 160L, 3);
        phone.encode(pcm, 0, FRAME, bytes, RtpPacket.HEADER_BYTES);
        packet.wrap(bytes, 0, bytes.length);
        frames++;
    }
}
