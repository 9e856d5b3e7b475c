/// Records what passes between peers and us, message by message, call by call, and shows it to
/// whoever asks: the log, an exporter, a call's black box. Secrets are taken out before anything is
/// kept. May import: call, runtime, telemetry.
@NullMarked
package offhook.trace;

import org.jspecify.annotations.NullMarked;
