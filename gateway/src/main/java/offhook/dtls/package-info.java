/// Proves the peer's fingerprint and yields SRTP keys (RFC 5763, RFC 5764); the sole importer of
/// `org.bouncycastle`. May import: `srtp` (keys only), `net`, `runtime`.
@NullMarked
package offhook.dtls;

import org.jspecify.annotations.NullMarked;
