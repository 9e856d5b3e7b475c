/// Measures what a recording lost on its way: delay, intelligibility, spectrum, level, gaps. For
/// tests and diagnostics, not for the packet path: everything here allocates and takes its time.
/// May import: codec, dsp, Commons Math (FFT), javax.sound.sampled (WAV).
@NullMarked
package offhook.codec.quality;

import org.jspecify.annotations.NullMarked;
