package offhook.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.DoubleSupplier;

/// Makes meters that keep what they read.
///
/// Micrometer's own makers hold the subject of a meter weakly: one that nobody else keeps, such as
/// a lambda made for it, is gone with the next collection, and the meter shows NaN or stands still
/// from then on. These meters live until they are removed, and so does what they read.
record Meters(MeterRegistry registry) {

    /// @param name as of Micrometer, with dots
    /// @param labels names and values in turn
    void gauge(String name, String what, DoubleSupplier read, String... labels) {
        Gauge.builder(name, read::getAsDouble).description(what).tags(labels).register(registry);
    }

    /// @param name as of Micrometer, with dots
    /// @param read never goes down
    /// @param labels names and values in turn
    void count(String name, String what, DoubleSupplier read, String... labels) {
        // The function is held strongly, and it holds what it reads; the registry is there anyway.
        FunctionCounter.builder(name, registry, _ -> read.getAsDouble())
                .description(what)
                .tags(labels)
                .register(registry);
    }
}
