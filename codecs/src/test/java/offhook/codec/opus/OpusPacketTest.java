package offhook.codec.opus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import offhook.codec.Decoder;
import offhook.codec.quality.TestSpeech;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class OpusPacketTest {

    @DataProvider
    public static Object[][] frames() {
        // Samples at 8 kHz: one frame of 10, 20, 40 and 60 ms.
        return new Object[][] {{80}, {160}, {320}, {480}};
    }

    @Test(dataProvider = "frames")
    public void redundancyIsSeenWhereTheEncoderPutsIt(int frame) {
        assertThat(packetsWithFec(frame, 10)).isGreaterThan(0.5);
        assertThat(packetsWithFec(frame, 0)).isZero();
    }

    /// The share of packets of speech that carry redundancy, without the first.
    private static double packetsWithFec(int frame, int expectedLossPercent) {
        short[] pcm = TestSpeech.narrowband().pcm();
        byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];
        OpusSettings settings = new OpusSettings(8000, 5, 24_000, true, expectedLossPercent, false);
        int packets = 0;
        int carrying = 0;
        try (OpusEncoder encoder = new OpusEncoder(settings)) {
            for (int at = 0; at + frame <= pcm.length; at += frame) {
                int bytes = encoder.encode(pcm, at, frame, payload, 0);
                packets++;
                carrying += OpusPacket.carriesFec(payload, 0, bytes) ? 1 : 0;
            }
        }
        return (double) carrying / packets;
    }

    @Test
    public void randomBytesThrowNothing() {
        long seed = 6716;
        System.out.println("OpusPacketTest seed " + seed);
        Random random = new Random(seed);
        int carrying = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(6)];
            random.nextBytes(bytes);
            carrying += OpusPacket.carriesFec(bytes, 0, bytes.length) ? 1 : 0;
        }

        assertThat(carrying).isPositive();
        // CELT has none.
        assertThat(OpusPacket.carriesFec(new byte[] {(byte) 0x80, -1, -1}, 0, 3)).isFalse();
    }
}
