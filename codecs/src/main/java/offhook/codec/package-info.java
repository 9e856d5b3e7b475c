/// Turns PCM into payload bytes and back, knowing no network: the codecs we speak and what each of
/// them must do. May import: the JDK only.
@NullMarked
package offhook.codec;

import org.jspecify.annotations.NullMarked;
