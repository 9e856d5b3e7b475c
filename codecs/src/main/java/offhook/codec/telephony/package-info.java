/// Digits as RTP carries them (RFC 4733), and as tones within the audio (ITU-T Q.23, Q.24). May
/// import: codec.
@NullMarked
package offhook.codec.telephony;

import org.jspecify.annotations.NullMarked;
