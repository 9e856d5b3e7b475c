/// Shows the gateway and its calls to operations: JMX. May import: views of `call`, `agent`,
/// `media`, `sip`, and `runtime`, `telemetry`.
@NullMarked
package offhook.ops;

import org.jspecify.annotations.NullMarked;
