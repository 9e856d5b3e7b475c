/// Sounds that the gateway makes itself: recordings, tones and music that are heard again and
/// again. No clock and no thread; may import `dsp`.
@NullMarked
package offhook.codec.sound;

import org.jspecify.annotations.NullMarked;
