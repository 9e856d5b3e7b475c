/// Knows who is signed in, who is free, and who is reserved for which call. May import: the ports
/// of `call`, `config`, `runtime`, `telemetry`.
@NullMarked
package offhook.agent;

import org.jspecify.annotations.NullMarked;
