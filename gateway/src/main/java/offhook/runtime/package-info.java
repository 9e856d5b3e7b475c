/// Gives every object one owner and every owner one mailbox; the only place with threads, queues,
/// locks and clocks. May import: the JDK only.
@NullMarked
package offhook.runtime;

import org.jspecify.annotations.NullMarked;
