package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.codec.g711.G711Encoder;
import offhook.codec.opus.OpusSettings;
import offhook.rtp.RtpPacket;
import org.testng.annotations.Test;

/// Who looks at audio sees all of it, and what is overwritten goes out.
public class AudioHookTest {

    private static final int PACKETS = 50;
    private static final long FRAME_NANOS = 20_000_000L;

    @Test
    public void phoneAudioIsSeenOnceAndOverwrittenForTheBrowser() {
        RecordingLeg browser = new RecordingLeg(AudioCodec.PCMU, false);
        RecordingLeg trunk = new RecordingLeg(AudioCodec.PCMA, true);
        Hook heard = new Hook(AudioCodec.PCMA, false);
        Hook silenced = new Hook(AudioCodec.PCMU, true);
        trunk.heard = heard;
        browser.outgoing = silenced;
        ArrivalPath path =
                new ArrivalPath(
                        trunk, browser, new Transcoder(OpusSettings.NARROWBAND), new Deadlines());

        for (int i = 0; i < PACKETS; i++) {
            path.onPacket(tonePacket(i), AudioCodec.PCMA, i * FRAME_NANOS);
        }

        assertThat(heard.samples).isEqualTo(PACKETS * 160);
        assertThat(heard.loudestDbov).isBetween(-7.0, -5.5);
        assertThat(silenced.samples).isEqualTo(PACKETS * 160);
        assertThat(browser.sent).hasSize(PACKETS);
        // Silence in µ-law.
        assertThat(browser.sent.getLast().payload()).containsOnly((byte) 0xff);
        path.close();
    }

    @Test
    public void browserAudioIsSeenOnceAndOverwrittenForTheTrunk() {
        RecordingLeg browser = new RecordingLeg(AudioCodec.PCMA, false);
        RecordingLeg trunk = new RecordingLeg(AudioCodec.PCMU, true);
        Hook heard = new Hook(AudioCodec.PCMA, false);
        Hook silenced = new Hook(AudioCodec.PCMU, true);
        browser.heard = heard;
        trunk.outgoing = silenced;
        ClockedPath path =
                new ClockedPath(browser, trunk, new Transcoder(OpusSettings.NARROWBAND), 0);

        for (int i = 0; i < PACKETS; i++) {
            path.onPacket(tonePacket(i), AudioCodec.PCMA, i * FRAME_NANOS);
            while (path.dueNanos() < (i + 1) * FRAME_NANOS) {
                path.onDue(path.dueNanos());
            }
        }

        assertThat(heard.samples).isBetween((PACKETS - 1) * 160, PACKETS * 160);
        assertThat(heard.loudestDbov).isBetween(-7.0, -5.5);
        assertThat(trunk.sent.size()).isBetween(PACKETS - 1, PACKETS + 1);
        assertThat(silenced.samples).isEqualTo(trunk.sent.size() * 160);
        assertThat(trunk.sent.getLast().payload()).containsOnly((byte) 0xff);
        path.close();
    }

    @Test
    public void eachOfTwoHooksGetsWhatItWants() {
        Hook one = new Hook(AudioCodec.PCMA, false);
        Hook other = new Hook(AudioCodec.PCMU, false);
        AudioHook both = one.and(other);

        assertThat(both.wants(AudioCodec.OPUS)).isFalse();
        assertThat(both.wants(AudioCodec.PCMU)).isTrue();
        both.onAudio(new short[80], 0, 80, 8000);

        assertThat(one.samples).isZero();
        assertThat(other.samples).isEqualTo(80);
    }

    private static RtpPacket tonePacket(int index) {
        short[] pcm = new short[160];
        // 20 ms hold whole periods of 1000 Hz.
        new Tone(8000, 0, 1000).fill(pcm, 0, 160);
        byte[] bytes = new byte[RtpPacket.HEADER_BYTES + 160];
        RtpPacket.writeHeader(bytes, 0, 8, false, index, 160L * index, 77);
        new G711Encoder(AudioCodec.PCMA).encode(pcm, 0, 160, bytes, RtpPacket.HEADER_BYTES);
        RtpPacket packet = new RtpPacket();
        assertThat(packet.wrap(bytes, 0, bytes.length)).isEqualTo(RtpPacket.Validity.VALID);
        return packet;
    }

    /// Counts what it sees, and may make it silent.
    private static final class Hook implements AudioHook {
        private final AudioCodec wanted;
        private final boolean silences;
        private int samples;
        private double loudestDbov = -100;

        Hook(AudioCodec wanted, boolean silences) {
            this.wanted = wanted;
            this.silences = silences;
        }

        @Override
        public boolean wants(AudioCodec codec) {
            return codec == wanted;
        }

        @Override
        public void onAudio(short[] pcm, int offset, int count, int sampleRateHz) {
            assertThat(sampleRateHz).isEqualTo(8000);
            samples += count;
            loudestDbov = Math.max(loudestDbov, Level.rmsDbov(pcm, offset, count));
            if (silences) {
                Arrays.fill(pcm, offset, offset + count, (short) 0);
            }
        }
    }
}
