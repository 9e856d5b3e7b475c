/// What the two ends of a test call say: two voices made on the spot, as files each peer can play.
///
/// May import: e2e.process, codec.quality.
@NullMarked
package offhook.e2e.speech;

import org.jspecify.annotations.NullMarked;
