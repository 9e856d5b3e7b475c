/// One call from a phone to a web agent, measured at both ends and on the wire.
///
/// May import: every other package of e2e but demo, codec.quality, Jackson.
@NullMarked
package offhook.e2e.measure;

import org.jspecify.annotations.NullMarked;
