/// Opus (RFC 6716) through libopus, the only place that touches the native library. May import:
/// codec, dsp, LWJGL.
@NullMarked
package offhook.codec.opus;

import org.jspecify.annotations.NullMarked;
