package offhook.codec.g722;

/// How coarse a quantiser steps: kept as a logarithm, from which the linear size is looked up
/// (ITU-T G.722 §3.5, in the fixed point of §6.2.1.3 "BLOCK 3L" and "BLOCK 3H"). A code far from
/// the middle lets the steps grow, one near it lets them shrink.
final class StepSize {

    /// 2048 * 2^(i/32): the fraction of the exponent (table 19 "ILB").
    private static final int[] POWERS = {
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774,
        2834, 2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838,
        3922, 4008
    };

    private final int largestLogarithm;
    private final int exponent;
    private int logarithm;
    private int linear;

    /// @param largestLogarithm bound of the logarithm
    /// @param exponent of the smallest step, to the base of two, with the sign dropped
    StepSize(int largestLogarithm, int exponent) {
        this.largestLogarithm = largestLogarithm;
        this.exponent = exponent;
        linear = toLinear();
    }

    int linear() {
        return linear;
    }

    /// @param multiplier what the last code is worth
    void update(int multiplier) {
        int next = ((logarithm * 127) >> 7) + multiplier;
        logarithm = Math.max(0, Math.min(next, largestLogarithm));
        linear = toLinear();
    }

    private int toLinear() {
        int down = exponent - (logarithm >> 11);
        int power = POWERS[(logarithm >> 6) & 31];
        return (down < 0 ? power << -down : power >> down) << 2;
    }
}
