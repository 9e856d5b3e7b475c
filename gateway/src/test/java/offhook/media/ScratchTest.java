package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Tone;
import offhook.codec.g711.G711Encoder;
import offhook.codec.opus.OpusSettings;
import offhook.net.PacketBuffer;
import offhook.rtp.RtpPacket;
import offhook.rtp.RtpSender;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Two calls of one loop take turns packet by packet: each sounds as if it were alone.
public class ScratchTest {

    private static final long MILLI = 1_000_000L;
    private static final OpusSettings OPUS = OpusSettings.NARROWBAND;
    private static final int PACKETS = 100;

    /// Each tenth is lost.
    private static final int LOST = 10;

    @DataProvider
    public static Object[][] peers() {
        return new Object[][] {
            {AudioCodec.OPUS, AudioCodec.G722, false},
            {AudioCodec.G722, AudioCodec.PCMU, false},
            {AudioCodec.OPUS, AudioCodec.G722, true},
            {AudioCodec.PCMU, AudioCodec.OPUS, true},
        };
    }

    /// Packets of 30 ms, so that half a frame of each waits while the other has its turn.
    @Test(dataProvider = "peers")
    public void callsThatTakeTurnsKeepApart(AudioCodec one, AudioCodec two, boolean clocked) {
        Scratch shared = new Scratch();
        Phone first = new Phone(one, 700, clocked, shared);
        Phone second = new Phone(two, 1900, clocked, shared);
        Phone firstAlone = new Phone(one, 700, clocked, new Scratch());
        Phone secondAlone = new Phone(two, 1900, clocked, new Scratch());

        for (int i = 0; i < PACKETS; i++) {
            first.speak(i);
            second.speak(i);
        }
        for (int i = 0; i < PACKETS; i++) {
            firstAlone.speak(i);
        }
        for (int i = 0; i < PACKETS; i++) {
            secondAlone.speak(i);
        }

        assertThat(first.said()).hasSizeGreaterThan(PACKETS);
        assertThat(first.said()).isEqualTo(firstAlone.said());
        assertThat(second.said()).isEqualTo(secondAlone.said());
        assertThat(first.said()).isNotEqualTo(second.said());
        List.of(first, second, firstAlone, secondAlone).forEach(Phone::close);
    }

    /// Someone who plays a tone in A-law to a peer.
    private static final class Phone {
        private final RecordingLeg peer;
        private final Encoders encoders;
        private final AudioPath path;
        private final G711Encoder voice = new G711Encoder(AudioCodec.PCMA);
        private final Tone tone;
        private final RtpSender stream = new RtpSender(1, 8000, 0, 0);
        private final PacketBuffer buffer = new PacketBuffer();
        private final RtpPacket packet = new RtpPacket();

        Phone(AudioCodec codec, double hertz, boolean clocked, Scratch scratch) {
            RecordingLeg own = new RecordingLeg(AudioCodec.PCMA, true);
            this.peer = new RecordingLeg(codec, clocked);
            this.encoders = new Encoders(OPUS, OPUS::complexity, CodecMeter.unread(), scratch);
            Transcoder transcoder = new Transcoder(encoders);
            this.path =
                    clocked
                            ? new ClockedPath(own, peer, transcoder, 0)
                            : new ArrivalPath(own, peer, transcoder, new Deadlines());
            this.tone = new Tone(8000, -10, hertz);
        }

        void speak(int index) {
            long nowNanos = index * 30 * MILLI;
            short[] pcm = new short[240];
            tone.fill(pcm, 0, pcm.length);
            stream.begin(buffer, 8, index == 0, 240, nowNanos);
            int length = voice.encode(pcm, 0, pcm.length, buffer.bytes(), buffer.end());
            stream.end(buffer, length);
            if (index % LOST != LOST - 1) {
                assertThat(packet.wrap(buffer)).isEqualTo(RtpPacket.Validity.VALID);
                path.onPacket(packet, AudioCodec.PCMA, nowNanos);
            }
            if (path instanceof ClockedPath clocked) {
                clocked.onDue(nowNanos);
            }
        }

        List<String> said() {
            return peer.sent.stream()
                    .map(sent -> sent.clockTicks() + " " + HexFormat.of().formatHex(sent.payload()))
                    .toList();
        }

        void close() {
            path.close();
            encoders.close();
        }
    }
}
