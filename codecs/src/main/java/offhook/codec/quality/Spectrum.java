package offhook.codec.quality;

import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/// A complex spectrum, changed in place. Its length is a power of two.
final class Spectrum {

    private final double[][] parts;

    private Spectrum(int size) {
        parts = new double[2][size];
    }

    /// The transform of a real signal, padded with zeros to `size`.
    static Spectrum of(double[] signal, int size) {
        Spectrum spectrum = new Spectrum(size);
        System.arraycopy(signal, 0, spectrum.parts[0], 0, signal.length);
        spectrum.transform(TransformType.FORWARD);
        return spectrum;
    }

    /// The transform of `window.length` samples from `start` on, weighted by the window.
    static Spectrum ofFrame(double[] signal, int start, double[] window, int size) {
        Spectrum spectrum = new Spectrum(size);
        for (int i = 0; i < window.length; i++) {
            spectrum.parts[0][i] = signal[start + i] * window[i];
        }
        spectrum.transform(TransformType.FORWARD);
        return spectrum;
    }

    /// |X|² of one bin.
    double power(int bin) {
        double re = parts[0][bin];
        double im = parts[1][bin];
        return re * re + im * im;
    }

    /// Both signals' cross-correlation: at index k the sum over i of this[i] * other[i + k],
    /// negative k counted from the end.
    double[] crossCorrelation(Spectrum other) {
        Spectrum product = new Spectrum(parts[0].length);
        for (int i = 0; i < parts[0].length; i++) {
            double re = parts[0][i];
            double im = -parts[1][i];
            product.parts[0][i] = re * other.parts[0][i] - im * other.parts[1][i];
            product.parts[1][i] = re * other.parts[1][i] + im * other.parts[0][i];
        }
        product.transform(TransformType.INVERSE);
        return product.parts[0];
    }

    /// The smallest size that holds `samples`.
    static int sizeFor(int samples) {
        return Math.max(2, Integer.highestOneBit(Math.max(1, samples - 1)) * 2);
    }

    /// A Hann window without its zeros at both ends.
    static double[] hann(int length) {
        double[] window = new double[length];
        for (int i = 0; i < length; i++) {
            window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 1) / (length + 1));
        }
        return window;
    }

    private void transform(TransformType direction) {
        FastFourierTransformer.transformInPlace(parts, DftNormalization.STANDARD, direction);
    }
}
