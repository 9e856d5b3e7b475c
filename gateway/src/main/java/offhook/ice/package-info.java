/// Answers connectivity checks and says which address is valid: ICE-lite (RFC 8445 §2.5) on STUN
/// (RFC 8489). Bytes and time in, bytes and results out; no socket, thread, clock or logger. May
/// import: `net`, `fault`.
@NullMarked
package offhook.ice;

import org.jspecify.annotations.NullMarked;
