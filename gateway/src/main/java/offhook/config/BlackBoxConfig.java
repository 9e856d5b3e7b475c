package offhook.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;

/// How the messages of calls are kept, and of which calls a black box is written unasked.
///
/// @param memoryBytes what the messages of calls may take, of those that live and those that are
///   over
/// @param keep of which calls a box is written when they are over
/// @param mosBelow and of those that sounded worse than this, 1 to 4.5; empty: of none
/// @param folder of the boxes
/// @param keepFor how long they stay
/// @param folderBytes what all boxes may take; the oldest goes
/// @param headers whether headers of RTP and RTCP are kept of all calls
/// @param headerCalls of how many calls that live they are kept, and of how many that are over
public record BlackBoxConfig(
        long memoryBytes,
        Keep keep,
        OptionalDouble mosBelow,
        Path folder,
        Duration keepFor,
        long folderBytes,
        boolean headers,
        int headerCalls) {

    /// Of which calls a box is written unasked.
    public enum Keep {
        /// Of none.
        ON_REQUEST,
        /// Of those that found nobody, or that the gateway had to end.
        FAILED,
        /// Of every one.
        ALL
    }

    /// Whether boxes are written unasked.
    public boolean byRule() {
        return keep != Keep.ON_REQUEST || mosBelow.isPresent();
    }
}
