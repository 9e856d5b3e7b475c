/// Trunks: SIP over UDP, TCP and TLS (RFC 3261). The front door reads, checks and limits every
/// message before JAIN-SIP sees it; JAIN-SIP keeps transactions and dialogs; what happens in them
/// becomes [offhook.call.CallInput], what a call decides becomes SIP messages. Sole importer of
/// `javax.sip` and `gov.nist`. May import: `call`, `sdp`, `fault`, `config`, `tls`, `runtime`,
/// `telemetry`.
@NullMarked
package offhook.sip;

import org.jspecify.annotations.NullMarked;
