/// Turns PCM into payload bytes and back, knowing no network. May import: the JDK only.
@NullMarked
package offhook.codec;

import org.jspecify.annotations.NullMarked;
