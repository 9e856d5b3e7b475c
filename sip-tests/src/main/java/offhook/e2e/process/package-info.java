/// The processes an end-to-end test needs: the gateway as a child JVM, and the tools of others.
///
/// May import: JDK only.
@NullMarked
package offhook.e2e.process;

import org.jspecify.annotations.NullMarked;
