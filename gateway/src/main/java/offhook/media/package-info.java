/// Pumps each packet through its path on a media loop.
///
/// ```
/// trunk RTP -> TrunkLeg -> ArrivalPath (order, decode, encode) -> BrowserLeg -> SRTP -> browser
/// browser -> SRTP -> BrowserLeg -> ClockedPath (playout, decode, encode) -> TrunkLeg -> trunk RTP
/// ```
///
/// Everything of one call belongs to one [MediaLoop]. May import: the ports of `call`, `sdp`,
/// `rtp`, `srtp`, `ice`, `dtls`, `net`, `codec`, `config`, `runtime`, `telemetry`.
@NullMarked
package offhook.media;

import org.jspecify.annotations.NullMarked;
