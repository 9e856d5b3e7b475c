/// Protects and unprotects the RTP and RTCP of one leg (RFC 3711, RFC 7714); the sole importer of
/// `org.jitsi.srtp`. No thread, clock or logger. May import: `rtp`, `net`.
@NullMarked
package offhook.srtp;

import org.jspecify.annotations.NullMarked;
