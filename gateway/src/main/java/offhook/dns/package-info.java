/// Locates the servers of a SIP name (RFC 3263) and keeps knowing them while DNS is out of order.
/// Sole importer of dnsjava. May import: `runtime`.
@NullMarked
package offhook.dns;

import org.jspecify.annotations.NullMarked;
