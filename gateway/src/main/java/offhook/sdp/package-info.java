/// Reads, writes and answers session descriptions (RFC 8866, RFC 3264), purely. May import:
/// `codec`, `fault`.
@NullMarked
package offhook.sdp;

import org.jspecify.annotations.NullMarked;
