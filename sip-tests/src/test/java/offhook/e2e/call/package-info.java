/// Calls through the running gateway: phones on one side, agents in Chromium on the other.
///
/// May import: everything of e2e.
@NullMarked
package offhook.e2e.call;

import org.jspecify.annotations.NullMarked;
