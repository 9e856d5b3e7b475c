/// What certificates and keys say that are kept in PEM files (RFC 7468), whom they name (RFC 5922),
/// and whether they changed. Knows no sockets. May import: `fault`.
@NullMarked
package offhook.tls;

import org.jspecify.annotations.NullMarked;
