/// Small signal processing on PCM frames: levels, tones and changes of sample rate. May import:
/// codec.
@NullMarked
package offhook.codec.dsp;

import org.jspecify.annotations.NullMarked;
