/// The load bench: what a call costs the gateway, against what its parts alone cost on the same
/// machine.
///
/// May import: e2e.phone, e2e.process, e2e.speech, e2e.web, codec, config.
@NullMarked
package offhook.e2e.bench;

import org.jspecify.annotations.NullMarked;
