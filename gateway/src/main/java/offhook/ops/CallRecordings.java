package offhook.ops;

import java.time.Duration;
import java.util.List;

/// What operators do with the messages of calls. Any thread that may wait.
///
/// All throw [IllegalArgumentException], saying why, when that cannot be done.
public interface CallRecordings {

    /// How long a trace goes on where nobody says how long.
    Duration USUAL = Duration.ofMinutes(30);

    /// Messages go into the log for a while.
    ///
    /// @param what `call`, `trunk` or `all`
    /// @param name the id of the call, or the name of the trunk or agent; else empty
    /// @param headers whether headers of media packets are kept meanwhile
    void trace(String what, String name, Duration limit, boolean headers);

    /// None go into the log any more.
    void stopTraces();

    /// What goes into the log now.
    List<GatewayMXBean.ActiveTrace> traces();

    /// All that is known of a call, as a zip archive.
    byte[] box(String id);

    /// The same, written into the gateway's own folder; returns the file.
    String keepBox(String id);

    /// How many boxes could not be written since the start.
    long boxesFailed();

    /// When, of which call, and why that was so the last time; empty: never.
    String lastBoxFailure();
}
