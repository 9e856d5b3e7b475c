/// SIP over WebSocket (RFC 7118): joins the sockets of `web` to the SIP messages of `sip`, so that
/// SIP phones in browsers are devices of agents like pages are. May import: `sip`, `web`, the ports
/// of `call`, `agent`, `sdp`, `fault`, `config`, `runtime`, `telemetry`.
@NullMarked
package offhook.sipws;

import org.jspecify.annotations.NullMarked;
