/// Failures that such gateways had in the field, each as a test of the running one.
///
/// May import: everything of e2e.
@NullMarked
package offhook.e2e.oracle;

import org.jspecify.annotations.NullMarked;
