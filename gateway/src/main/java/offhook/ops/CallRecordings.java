package offhook.ops;

import java.util.List;

/// What operators do with the messages of calls. Any thread that may wait.
///
/// All throw [IllegalArgumentException], saying why, when that cannot be done.
public interface CallRecordings {

    /// Messages of a call go into the log.
    void traceCall(String id);

    /// Messages of a trunk go into the log.
    void traceTrunk(String name);

    /// All messages go into the log.
    void traceAll();

    /// None go into the log any more.
    void stopTraces();

    /// What goes into the log now.
    List<String> traces();

    /// All that is known of a call, as a zip archive.
    byte[] box(String id);

    /// The same, written into the gateway's own folder; returns the file.
    String keepBox(String id);

    /// How many boxes could not be written since the start.
    long boxesFailed();

    /// When, of which call, and why that was so the last time; empty: never.
    String lastBoxFailure();
}
