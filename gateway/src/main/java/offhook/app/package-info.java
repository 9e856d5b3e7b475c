/// Wires the rooms, starts and stops them in order. May import: every room; imported by `cli` only.
@NullMarked
package offhook.app;

import org.jspecify.annotations.NullMarked;
