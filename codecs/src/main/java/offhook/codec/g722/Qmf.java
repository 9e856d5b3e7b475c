package offhook.codec.g722;

/// The quadrature mirror filter that cuts 16 kHz audio into two bands of 8 kHz and joins them again
/// (ITU-T G.722 §3.1 and §4.4). Each way holds the audio back by 11 samples of 16 kHz.
final class Qmf {

    /// Half of the 24 coefficients, those of one phase; the other phase is its mirror (table 11).
    private static final int[] COEFFICIENTS = {
        3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11
    };

    private static final int[] MIRRORED = {
        -11, 53, -156, 362, -805, 3876, 951, -210, 32, 12, -11, 3
    };

    private static final int TAPS = COEFFICIENTS.length;

    /// Both phases, twice in a row, so that a window of the last [#TAPS] lies in one piece.
    private final int[] even = new int[2 * TAPS];

    private final int[] odd = new int[2 * TAPS];
    private int newest;

    private int evenSum;
    private int oddSum;

    /// Splits two samples (16 bit); [#lower] and [#higher] are the next sample of each band.
    void split(int first, int second) {
        filter(second, first);
    }

    /// The last sample of 0-4 kHz, 15 bit.
    int lower() {
        return limit((oddSum + evenSum) >> 14);
    }

    /// The last sample of 4-8 kHz, 15 bit, its spectrum mirrored.
    int higher() {
        return limit((evenSum - oddSum) >> 14);
    }

    /// Joins one sample of each band (15 bit) to two of the whole, written from `offset` on.
    void join(int lower, int higher, short[] pcm, int offset) {
        filter(lower - higher, lower + higher);
        pcm[offset] = (short) Predictor.saturate(evenSum >> 11);
        pcm[offset + 1] = (short) Predictor.saturate(oddSum >> 11);
    }

    private void filter(int nextEven, int nextOdd) {
        newest = newest == 0 ? TAPS - 1 : newest - 1;
        even[newest] = nextEven;
        even[newest + TAPS] = nextEven;
        odd[newest] = nextOdd;
        odd[newest + TAPS] = nextOdd;
        int sum = 0;
        int mirroredSum = 0;
        for (int i = 0; i < TAPS; i++) {
            sum += even[newest + i] * COEFFICIENTS[i];
            mirroredSum += odd[newest + i] * MIRRORED[i];
        }
        evenSum = sum;
        oddSum = mirroredSum;
    }

    private static int limit(int sample) {
        return Math.max(-16_384, Math.min(sample, 16_383));
    }
}
