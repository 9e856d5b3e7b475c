/// Sends what passes to a collector as HEP version 3, the protocol of Homer. May import: trace,
/// rtp, config, runtime, telemetry.
@NullMarked
package offhook.hep;

import org.jspecify.annotations.NullMarked;
