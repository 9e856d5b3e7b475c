/// Says whose fault it is and what to answer, and in words why something failed. May import: the
/// JDK only.
@NullMarked
package offhook.fault;

import org.jspecify.annotations.NullMarked;
