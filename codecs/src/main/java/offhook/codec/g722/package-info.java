/// ITU-T G.722: 7 kHz audio in 64 kbit/s, the wideband codec of desk phones. May import: codec,
/// dsp.
@NullMarked
package offhook.codec.g722;

import org.jspecify.annotations.NullMarked;
