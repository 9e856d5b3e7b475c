/// Puts all that is known of one call into one archive, for those who were not there: the messages
/// of both sides, drawn as a ladder, what was described of media, what happened and how it sounded.
/// May import: trace, call, config, fault, files, runtime, telemetry.
@NullMarked
package offhook.blackbox;

import org.jspecify.annotations.NullMarked;
