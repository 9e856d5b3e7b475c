/// Digits as RTP carries them (RFC 4733). May import: codec.
@NullMarked
package offhook.codec.telephony;

import org.jspecify.annotations.NullMarked;
