package offhook.codec.opus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import offhook.codec.Decoder;
import offhook.codec.quality.TestSpeech;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class OpusPacketTest {

    /// Frame sizes of table 2 of RFC 6716 in units of 48 kHz, by configuration.
    private static final int[] FRAME_UNITS = {
        480, 960, 1920, 2880, 480, 960, 1920, 2880, 480, 960, 1920, 2880, 480, 960, 480, 960, 120,
        240, 480, 960, 120, 240, 480, 960, 120, 240, 480, 960, 120, 240, 480, 960
    };

    @DataProvider
    Object[][] lengths() {
        return new Object[][] {{1}, {2}, {3}, {160}, {1500}};
    }

    @Test(dataProvider = "lengths")
    public void everyFirstByteHasItsDurationAndHarmsNoDecoder(int length) {
        Random random = new Random(6716 + length);
        short[] pcm = new short[Decoder.MAX_SAMPLES];
        try (OpusDecoder decoder = new OpusDecoder(8000)) {
            for (int toc = 0; toc < 256; toc++) {
                byte[] payload = new byte[length];
                random.nextBytes(payload);
                payload[0] = (byte) toc;
                int frames =
                        switch (toc & 3) {
                            case 0 -> 1;
                            case 1, 2 -> 2;
                            default -> length < 2 ? 0 : payload[1] & 0x3f;
                        };
                int units = frames * FRAME_UNITS[toc >> 3];

                assertThat(OpusPacket.durationUnits(payload, 0, length))
                        .as("first byte %02x", toc)
                        .isEqualTo(units > 5760 ? 0 : units);
                int samples = decoder.decode(payload, 0, length, pcm, 0);
                assertThat(samples).isIn(0, units / 6);
                if (OpusPacket.carriesRedundancy(payload, 0, length)) {
                    assertThat(toc >> 3).isLessThan(16);
                }
                assertThat(decoder.decodeFec(payload, 0, length, pcm, 0, 160)).isEqualTo(160);
            }
        }
    }

    @Test
    public void whoExpectsLossSendsRedundancyAndTheBitSaysSo() {
        short[] speech = TestSpeech.narrowband().pcm();

        assertThat(redundant(speech, 160, true, 20)).isGreaterThan(0.7);
        assertThat(redundant(speech, 320, true, 20)).isGreaterThan(0.7);
        assertThat(redundant(speech, 480, true, 20)).isGreaterThan(0.7);
        assertThat(redundant(speech, 160, true, 0)).isZero();
        assertThat(redundant(speech, 160, false, 20)).isZero();
    }

    /// The share of redundant packets: those from which another sound is rebuilt than concealment
    /// makes up.
    private static double redundant(short[] speech, int frame, boolean fec, int lossPercent) {
        OpusSettings settings = new OpusSettings(8000, 5, 24_000, fec, lossPercent, false);
        List<byte[]> packets = new ArrayList<>();
        byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];
        try (OpusEncoder encoder = new OpusEncoder(settings)) {
            for (int at = 0; at + frame <= speech.length; at += frame) {
                int length = encoder.encode(speech, at, frame, payload, 0);
                packets.add(Arrays.copyOf(payload, length));
            }
        }
        int looked = 0;
        int redundant = 0;
        for (int i = 5; i < packets.size(); i += 7) {
            byte[] packet = packets.get(i);
            boolean carries = OpusPacket.carriesRedundancy(packet, 0, packet.length);
            assertThat(Arrays.equals(afterLoss(packets, i, true), afterLoss(packets, i, false)))
                    .isEqualTo(!carries);
            looked++;
            redundant += carries ? 1 : 0;
        }
        return (double) redundant / looked;
    }

    /// What is heard for packet `i - 1`, which is lost.
    private static short[] afterLoss(List<byte[]> packets, int i, boolean rebuild) {
        short[] pcm = new short[Decoder.MAX_SAMPLES];
        try (OpusDecoder decoder = new OpusDecoder(8000)) {
            int samples = 0;
            for (int before = i - 4; before < i - 1; before++) {
                byte[] packet = packets.get(before);
                samples = decoder.decode(packet, 0, packet.length, pcm, 0);
            }
            byte[] next = packets.get(i);
            if (rebuild) {
                decoder.decodeFec(next, 0, next.length, pcm, 0, samples);
            } else {
                decoder.conceal(pcm, 0, samples);
            }
            return Arrays.copyOf(pcm, samples);
        }
    }

    @Test
    public void redundancyIsFoundBehindFrameLengthsAndPadding() {
        // 20 ms of SILK each; the flags of the first frame are voice activity, then redundancy.
        assertThat(redundant(0x08, 0x40)).isTrue();
        assertThat(redundant(0x08, 0x80)).isFalse();
        assertThat(redundant(0x09, 0x40, 0x00)).isTrue();
        assertThat(redundant(0x0a, 0x01, 0x40, 0x00)).isTrue();
        assertThat(redundant(0x0a, 0xfc, 0x00, 0x40)).isTrue();
        assertThat(redundant(0x0b, 0x01, 0x40)).isTrue();
        assertThat(redundant(0x0b, 0x41, 0x02, 0x40, 0x00, 0x00)).isTrue();
        assertThat(redundant(0x0b, 0x82, 0x01, 0x40, 0x00)).isTrue();
        // Stereo: the flags of the side channel follow.
        assertThat(redundant(0x0c, 0x10)).isTrue();
        // 60 ms: three voice activity flags.
        assertThat(redundant(0x18, 0x10)).isTrue();
        assertThat(redundant(0x18, 0x40)).isFalse();
        // CELT has none, and nothing has none.
        assertThat(redundant(0x80, 0xff)).isFalse();
        assertThat(redundant(0x08)).isFalse();
        assertThat(redundant(0x0b, 0xc2, 0xff)).isFalse();
    }

    private static boolean redundant(int... bytes) {
        byte[] payload = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            payload[i] = (byte) bytes[i];
        }
        return OpusPacket.carriesRedundancy(payload, 0, payload.length);
    }
}
