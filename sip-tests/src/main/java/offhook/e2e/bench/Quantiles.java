package offhook.e2e.bench;

import java.util.List;

/// Quantiles of some figures; not-a-number if there are none.
public record Quantiles(double p50, double p95, double p99, double p999, int count) {
    public static Quantiles of(List<Double> figures) {
        double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Quantiles(
                at(sorted, 0.50),
                at(sorted, 0.95),
                at(sorted, 0.99),
                at(sorted, 0.999),
                sorted.length);
    }

    /// The least figure that at least this part of all do not exceed.
    private static double at(double[] sorted, double part) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.max(0, (int) Math.ceil(sorted.length * part) - 1)];
    }
}
