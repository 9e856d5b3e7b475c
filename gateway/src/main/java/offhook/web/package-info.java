/// Serves browsers: pages, sign-in, the agent protocol (`gateway/docs/agent-protocol.md`) and the
/// web legs of calls; sole importer of Jetty. May import: the ports of `call`, `agent`, `sdp`,
/// `fault`, `config`, `tls`, `runtime`, `telemetry`.
@NullMarked
package offhook.web;

import org.jspecify.annotations.NullMarked;
