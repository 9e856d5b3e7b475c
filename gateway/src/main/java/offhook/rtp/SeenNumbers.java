package offhook.rtp;

/// Which of the latest 128 numbers of a line were here: more than [SourceTracker] lets a packet be
/// behind. What is older counts as seen.
final class SeenNumbers {

    static final int NUMBERS = 128;

    /// The bit of number n is bit n mod 64 of word n / 64 mod 2.
    private final long[] bits = new long[NUMBERS / Long.SIZE];

    private boolean any;
    private long highest;

    boolean contains(long number) {
        if (!any || number > highest) {
            return false;
        }
        return number <= highest - NUMBERS || (bits[wordOf(number)] & (1L << number)) != 0;
    }

    void add(long number) {
        if (!any || number - highest >= NUMBERS) {
            clear();
        } else {
            for (long passed = highest + 1; passed < number; passed++) {
                bits[wordOf(passed)] &= ~(1L << passed);
            }
        }
        if (!any || number > highest) {
            any = true;
            highest = number;
        }
        if (number > highest - NUMBERS) {
            bits[wordOf(number)] |= 1L << number;
        }
    }

    void clear() {
        any = false;
        bits[0] = 0;
        bits[1] = 0;
    }

    private static int wordOf(long number) {
        return (int) (number >>> 6) & 1;
    }
}
