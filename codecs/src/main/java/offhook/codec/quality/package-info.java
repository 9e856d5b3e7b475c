/// Measures what audio lost on its way. The comparison of recordings (delay, intelligibility,
/// spectrum, level, gaps) is for tests and diagnostics, not for the packet path: it allocates and
/// takes its time. What rates a call while it runs ([SpeechMeter], [EModel]) allocates nothing. May
/// import: codec, dsp, Commons Math (FFT), javax.sound.sampled (WAV).
@NullMarked
package offhook.codec.quality;

import org.jspecify.annotations.NullMarked;
