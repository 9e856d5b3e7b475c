package offhook.ops;

/// Has the gateway call itself. Any thread.
public interface ProbeControl {

    /// Calls now, and waits for what comes of it, some three seconds.
    ProbeReport run();

    /// What came of the last call.
    ProbeReport last();

    /// Calls that were made.
    long runs();

    /// Those that failed.
    long failures();

    /// Failures since the last success.
    int failuresInARow();
}
