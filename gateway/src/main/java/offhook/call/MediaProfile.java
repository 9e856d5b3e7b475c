package offhook.call;

import java.util.Optional;

/// What kind of media a leg carries.
public sealed interface MediaProfile {

    /// Plain RTP of a SIP trunk (RFC 3551).
    ///
    /// @param trunk the trunk's name, which tells codecs, digits and source rules
    /// @param ringback whether who calls from it hears from us that it rings
    record Trunk(String trunk, boolean ringback) implements MediaProfile {

        /// One that makes its own ringing.
        public Trunk(String trunk) {
            this(trunk, false);
        }
    }

    /// A browser: ICE, DTLS-SRTP, BUNDLE, rtcp-mux (RFC 8829).
    ///
    /// @param prefer what its audio is for
    /// @param facing the leg that it will hear, whose codec matters to the choice of its own
    record Browser(CodecPreference prefer, Optional<LegId> facing) implements MediaProfile {}
}
