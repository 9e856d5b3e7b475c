package offhook.codec.g711;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class MuLawTest {

    /// G.711 table 2a: the positive output values of each segment on the 14 bit scale, first value
    /// and step.
    private static final int[][] SEGMENTS = {
        {0, 2}, {33, 4}, {99, 8}, {231, 16}, {495, 32}, {1023, 64}, {2079, 128}, {4191, 256}
    };

    private static final int[] SEGMENT_STARTS = {0, 31, 95, 223, 479, 991, 2015, 4063};

    @Test
    public void everyCodeHasTheValueOfTheTable() {
        for (int magnitude = 0; magnitude < 128; magnitude++) {
            int expected = value14(magnitude) * 4;

            short positive = MuLaw.decode((byte) (0xFF - magnitude));
            short negative = MuLaw.decode((byte) (0x7F - magnitude));

            assertThat(positive).as("magnitude %d", magnitude).isEqualTo((short) expected);
            assertThat(negative).as("magnitude %d", magnitude).isEqualTo((short) -expected);
        }
    }

    @Test
    public void everySampleGetsTheCodeBetweenItsDecisionValues() {
        for (int linear = Short.MIN_VALUE; linear <= Short.MAX_VALUE; linear++) {
            int magnitude14 = (linear < 0 ? ~linear : linear) >> 2;
            int nearest = 0;
            while (nearest < 127 && decision14(nearest + 1) <= magnitude14) {
                nearest++;
            }
            int expected = (linear < 0 ? 0x7F : 0xFF) - nearest;

            assertThat(MuLaw.encode((short) linear) & 0xFF).as("%d", linear).isEqualTo(expected);
        }
    }

    @Test
    public void codesSurviveARoundTripButNegativeZero() {
        for (int code = 0; code < 256; code++) {
            int expected = code == 0x7F ? 0xFF : code;

            assertThat(MuLaw.encode(MuLaw.decode((byte) code)) & 0xFF).isEqualTo(expected);
        }
    }

    @Test
    public void silenceIsZero() {
        assertThat(MuLaw.decode(MuLaw.SILENCE)).isZero();
        assertThat(MuLaw.encode((short) 0)).isEqualTo(MuLaw.SILENCE);
    }

    private static int value14(int magnitude) {
        int[] segment = SEGMENTS[magnitude / 16];
        return segment[0] + magnitude % 16 * segment[1];
    }

    /// G.711 table 2a: a segment starts at 0, 31, 95, 223, ... 4063 and its decision values are a
    /// step apart; only the first interval around zero is half as wide.
    private static int decision14(int magnitude) {
        int segment = magnitude / 16;
        return segment == 0
                ? 2 * magnitude - 1
                : SEGMENT_STARTS[segment] + magnitude % 16 * SEGMENTS[segment][1];
    }
}
