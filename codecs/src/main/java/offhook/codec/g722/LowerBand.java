package offhook.codec.g722;

/// ADPCM of 0-4 kHz: six bits a sample, of which the upper four steer the adaptation, so that a
/// network may take the lower two (ITU-T G.722 §3, tables of §6.2.1).
final class LowerBand {

    /// Where the steps of the quantiser begin, in 1/4096 of the step size (table 14 "Q6").
    private static final int[] DECISIONS = {
        0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940,
        1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919
    };

    /// What the 16 codes of the upper four bits stand for, in 1/32768 of the step size ("QM4").
    private static final int[] COARSE = {
        0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584,
        1200, 0
    };

    /// The same for all six bits ("QM6").
    private static final int[] FINE = {
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192,
        -10232, -9360, -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168,
        -2776, -2400, -2032, -1688, -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512,
        12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168,
        2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136
    };

    /// What the upper four bits are worth to the step size ("WL" by "RL42").
    private static final int[] MULTIPLIERS = {
        -60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60
    };

    private static final int LARGEST_LOGARITHM = 18_432;
    private static final int EXPONENT = 8;

    private final Predictor predictor = new Predictor();
    private final StepSize step = new StepSize(LARGEST_LOGARITHM, EXPONENT);

    /// The code (6 bit) of a sample (15 bit).
    int encode(int sample) {
        int difference = Predictor.saturate(sample - predictor.guess());
        int magnitude = difference < 0 ? ~difference : difference;
        // The step size changes from sample to sample, the order of the decisions never.
        int low = 0;
        int high = DECISIONS.length;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (magnitude < (DECISIONS[middle] * step.linear()) >> 12) {
                high = middle;
            } else {
                low = middle;
            }
        }
        int code = code(difference < 0, low);
        adapt(code);
        return code;
    }

    /// The sample (15 bit) of a code (6 bit).
    int decode(int code) {
        int sample = predictor.guess() + ((step.linear() * FINE[code]) >> 15);
        adapt(code);
        return Math.max(-16_384, Math.min(sample, 16_383));
    }

    private void adapt(int code) {
        int coarse = code >> 2;
        predictor.update((step.linear() * COARSE[coarse]) >> 15);
        step.update(MULTIPLIERS[coarse]);
    }

    /// Tables "ILP" and "ILN": the codes 0-3 do not occur, as eight zeros in a row would upset the
    /// lines of old, so the two steps around zero take the codes at the end.
    private static int code(boolean negative, int interval) {
        if (!negative) {
            return 61 - interval;
        }
        return interval < 2 ? 63 - interval : 33 - interval;
    }
}
