package offhook.call;

/// What kind of media a leg carries.
public sealed interface MediaProfile {

    /// Plain RTP of a SIP trunk (RFC 3551).
    ///
    /// @param trunk the trunk's name, which tells codecs, digits and source rules
    record Trunk(String trunk) implements MediaProfile {}

    /// A browser: ICE, DTLS-SRTP, BUNDLE, rtcp-mux (RFC 8829).
    record Browser() implements MediaProfile {}
}
