package offhook.codec.g711;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class ALawTest {

    /// G.711 table 1a: the positive output values of each segment on the 13 bit scale (largest
    /// 4032), first value and step.
    private static final int[][] SEGMENTS = {
        {1, 2}, {33, 2}, {66, 4}, {132, 8}, {264, 16}, {528, 32}, {1056, 64}, {2112, 128}
    };

    @Test
    public void everyCodeHasTheValueOfTheTable() {
        for (int magnitude = 0; magnitude < 128; magnitude++) {
            int expected = value13(magnitude) * 8;

            short positive = ALaw.decode(code(0x80, magnitude));
            short negative = ALaw.decode(code(0, magnitude));

            assertThat(positive).as("magnitude %d", magnitude).isEqualTo((short) expected);
            assertThat(negative).as("magnitude %d", magnitude).isEqualTo((short) -expected);
        }
    }

    @Test
    public void everySampleGetsTheCodeBetweenItsDecisionValues() {
        for (int linear = Short.MIN_VALUE; linear <= Short.MAX_VALUE; linear++) {
            int magnitude16 = linear < 0 ? ~linear : linear;
            int nearest = 0;
            while (nearest < 127 && decision16(nearest + 1) <= magnitude16) {
                nearest++;
            }

            assertThat(ALaw.encode((short) linear))
                    .as("%d", linear)
                    .isEqualTo(code(linear < 0 ? 0 : 0x80, nearest));
        }
    }

    @Test
    public void codesSurviveARoundTrip() {
        for (int code = 0; code < 256; code++) {
            assertThat(ALaw.encode(ALaw.decode((byte) code)) & 0xFF).isEqualTo(code);
        }
    }

    @Test
    public void silenceIsTheSmallestPositiveValue() {
        assertThat(ALaw.decode(ALaw.SILENCE)).isEqualTo((short) 8);
        assertThat(ALaw.encode((short) 0)).isEqualTo(ALaw.SILENCE);
    }

    private static byte code(int sign, int magnitude) {
        return (byte) ((sign | magnitude) ^ 0x55);
    }

    private static int value13(int magnitude) {
        int[] segment = SEGMENTS[magnitude / 16];
        return segment[0] + magnitude % 16 * segment[1];
    }

    /// Each segment starts at a power of two and its decision values are a step apart.
    private static int decision16(int magnitude) {
        int[] segment = SEGMENTS[magnitude / 16];
        return (value13(magnitude) - segment[1] / 2) * 8;
    }
}
