/// Attacks on the running gateway, each while a call of honest ends goes on.
///
/// May import: e2e.phone, e2e.process, e2e.speech, e2e.web, codec.
@NullMarked
package offhook.e2e.security;

import org.jspecify.annotations.NullMarked;
