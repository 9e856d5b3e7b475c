/// Decides what a call does next, purely, and owns it. May import: `sdp`, `codec`, `fault`,
/// `runtime`, `telemetry`.
@NullMarked
package offhook.call;

import org.jspecify.annotations.NullMarked;
