/// Shows the gateway and its calls to operations: JMX, health, metrics. May import: views of
/// `call`, `agent`, `media`, `sip`, and `config`, `fault`, `tls`, `http`, `guard`, `runtime`,
/// `telemetry`; sole importer of Micrometer, and of Jetty with `web` and `http`.
@NullMarked
package offhook.ops;

import org.jspecify.annotations.NullMarked;
