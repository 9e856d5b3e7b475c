/// Moves datagrams between sockets and pooled buffers, sorted by their first byte. All of it is
/// owned by one media loop: nothing here blocks, locks, logs or reads a clock. May import:
/// `runtime`, `telemetry`.
@NullMarked
package offhook.net;

import org.jspecify.annotations.NullMarked;
