package offhook.codec.g722;

/// Guesses the next sample of a sub-band from what was decoded before: two poles, six zeros (ITU-T
/// G.722 §3.6, in the fixed point of §6.2.1.4 "BLOCK 4L" and "BLOCK 4H", which are the same). Both
/// ends keep it in step by feeding it the quantised difference alone.
final class Predictor {

    private static final int ZEROS = 6;

    /// Leakage of the coefficients: 1 - 1/256 and 1 - 1/128 of 32768.
    private static final int KEEP_255 = 32_640;

    private static final int KEEP_127 = 32_512;

    private static final int LARGEST_A2 = 12_288;
    private static final int POLE_BOUND = 15_360;

    /// Coefficients of the zeros, and the last differences, newest first; each difference is kept
    /// doubled, as the filter uses it.
    private final int[] b = new int[ZEROS];

    private final int[] doubledDifferences = new int[ZEROS];
    private final int[] differenceSigns = new int[ZEROS];

    private int a1;
    private int a2;

    /// The last reconstructed sample, doubled.
    private int doubledR1;

    /// Signs (0 or -1) of the last two partially reconstructed samples.
    private int partialSign1;

    private int partialSign2;

    /// What the zeros alone guess.
    private int fromZeros;

    private int guess;

    /// The expected next sample.
    int guess() {
        return guess;
    }

    /// Goes on by one sample that was `difference` off the guess.
    void update(int difference) {
        int reconstructed = saturate(guess + difference);
        int partialSign = saturate(difference + fromZeros) >> 15;
        adaptPoles(partialSign);
        fromZeros = adaptZeros(difference);
        int fromPoles =
                saturate(((a1 * saturate(2 * reconstructed)) >> 15) + ((a2 * doubledR1) >> 15));
        doubledR1 = saturate(2 * reconstructed);
        partialSign2 = partialSign1;
        partialSign1 = partialSign;
        guess = saturate(fromPoles + fromZeros);
    }

    /// UPPOL2 and UPPOL1.
    private void adaptPoles(int partialSign) {
        int fourA1 = saturate(4 * a1);
        int towards = saturate(withSign(fourA1, ~(partialSign ^ partialSign1)));
        int second = (towards >> 7) + withSign(128, partialSign ^ partialSign2);
        second += (a2 * KEEP_127) >> 15;
        a2 = Math.max(-LARGEST_A2, Math.min(second, LARGEST_A2));

        int first = withSign(192, partialSign ^ partialSign1) + ((a1 * KEEP_255) >> 15);
        int bound = POLE_BOUND - a2;
        a1 = Math.max(-bound, Math.min(first, bound));
    }

    /// UPZERO, DELAYA and FILTEZ in one turn from the oldest difference to the newest.
    private int adaptZeros(int difference) {
        int step = difference == 0 ? 0 : 128;
        int sign = difference >> 15;
        int doubled = saturate(2 * difference);
        int sum = 0;
        for (int i = ZEROS - 1; i >= 0; i--) {
            int along = withSign(step, differenceSigns[i] ^ sign);
            b[i] = saturate(along + ((b[i] * KEEP_255) >> 15));
            differenceSigns[i] = i == 0 ? sign : differenceSigns[i - 1];
            doubledDifferences[i] = i == 0 ? doubled : doubledDifferences[i - 1];
            sum = saturate(sum + ((b[i] * doubledDifferences[i]) >> 15));
        }
        return sum;
    }

    /// The value, or its negative where `sign` is -1 rather than 0: signs are as good as random,
    /// and a processor that guesses them is wrong half of the time.
    private static int withSign(int value, int sign) {
        return (value ^ sign) - sign;
    }

    /// Math.clamp would work in 64 bit; these two are a machine instruction each.
    static int saturate(int value) {
        return Math.max(Short.MIN_VALUE, Math.min(value, Short.MAX_VALUE));
    }
}
