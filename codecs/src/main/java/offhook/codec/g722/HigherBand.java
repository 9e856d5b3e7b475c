package offhook.codec.g722;

/// ADPCM of 4-8 kHz: two bits a sample (ITU-T G.722 §3, tables of §6.2.2).
final class HigherBand {

    /// Where the outer step begins, in 1/4096 of the step size (table 16 "Q2").
    private static final int DECISION = 564;

    /// What the codes stand for, in 1/32768 of the step size ("QM2").
    private static final int[] DIFFERENCES = {-7408, -1616, 7408, 1616};

    /// What they are worth to the step size ("WH" by "RH2").
    private static final int[] MULTIPLIERS = {798, -214, 798, -214};

    private static final int LARGEST_LOGARITHM = 22_528;
    private static final int EXPONENT = 10;

    private final Predictor predictor = new Predictor();
    private final StepSize step = new StepSize(LARGEST_LOGARITHM, EXPONENT);

    /// The code (2 bit) of a sample (15 bit).
    int encode(int sample) {
        int difference = Predictor.saturate(sample - predictor.guess());
        int magnitude = difference < 0 ? ~difference : difference;
        int outer = magnitude >= (DECISION * step.linear()) >> 12 ? 0 : 1;
        int code = difference < 0 ? outer : outer + 2;
        adapt(code, (step.linear() * DIFFERENCES[code]) >> 15);
        return code;
    }

    /// The sample (15 bit) of a code (2 bit).
    int decode(int code) {
        int difference = (step.linear() * DIFFERENCES[code]) >> 15;
        int sample = predictor.guess() + difference;
        adapt(code, difference);
        return Math.max(-16_384, Math.min(sample, 16_383));
    }

    private void adapt(int code, int difference) {
        predictor.update(difference);
        step.update(MULTIPLIERS[code]);
    }
}
