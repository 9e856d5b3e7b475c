/// Gives packets their RTP meaning: order, time, loss, digits, reports (RFC 3550, RFC 4733). Step
/// objects of one media loop each: time comes in as `nowNanos`, nothing here blocks, allocates per
/// packet, logs or reads a clock; what a peer does wrong is a value. May import: `net`,
/// `telemetry`.
@NullMarked
package offhook.rtp;

import org.jspecify.annotations.NullMarked;
