/// ITU-T G.711: companded 8 kHz PCM, as every trunk speaks it, with concealment of lost packets.
/// May import: codec, dsp.
@NullMarked
package offhook.codec.g711;

import org.jspecify.annotations.NullMarked;
