/// Comfort noise as RTP carries it (RFC 3389). May import: codec, dsp.
@NullMarked
package offhook.codec.cn;

import org.jspecify.annotations.NullMarked;
