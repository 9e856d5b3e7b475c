/// Shows the gateway to operations: JMX. May import: views of `call`, `agent`, `media`, `sip`, and
/// `telemetry`.
@NullMarked
package offhook.ops;

import org.jspecify.annotations.NullMarked;
