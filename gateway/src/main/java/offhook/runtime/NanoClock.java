package offhook.runtime;

/// The monotonic clock. Everything below `app` gets one by constructor, so that tests turn it by
/// hand.
@FunctionalInterface
public interface NanoClock {

    /// Nanoseconds since an arbitrary origin; never goes back.
    long nanoTime();

    /// The clock of the machine.
    static NanoClock system() {
        return System::nanoTime;
    }
}
