/// Keeps the audit log: who did what to the gateway, each line bound to the one before it. May
/// import: `config`, `fault`, `files`, `runtime`, `telemetry`.
@NullMarked
package offhook.audit;

import org.jspecify.annotations.NullMarked;
