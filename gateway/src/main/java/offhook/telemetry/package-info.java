/// Names and holds every number we expose, and redacts what we must not show. May import: the JDK
/// only.
@NullMarked
package offhook.telemetry;

import org.jspecify.annotations.NullMarked;
