/// Pumps each packet through its path on a media loop.
///
/// ```
/// trunk RTP -> TrunkLeg -> ArrivalPath (order) -> [Decoding] -> Frames -> BrowserLeg -> SRTP
/// SRTP -> BrowserLeg -> ClockedPath (playout) -> [Decoding] -> Frames -> TrunkLeg -> trunk RTP
/// ```
///
/// What both legs speak goes from order or playout into frames as it is. An `AudioHook` of a leg
/// sees what was decoded from it, or what is about to be coded for it.
///
/// Legs of two calls that are joined are tied: what a `TieLeg` sends, its like in the other call
/// hears, perhaps on another loop.
///
/// Everything of one call belongs to one [MediaLoop]. May import: the ports of `call`, `sdp`,
/// `rtp`, `srtp`, `ice`, `dtls`, `net`, `codec`, `config`, `runtime`, `telemetry`.
@NullMarked
package offhook.media;

import org.jspecify.annotations.NullMarked;
