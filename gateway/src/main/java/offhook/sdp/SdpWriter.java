package offhook.sdp;

/// Writes session descriptions (RFC 8866 §5), lines ended by CR LF.
public final class SdpWriter {

    private SdpWriter() {}

    /// The text of a description.
    public static String write(SessionDescription description) {
        return description.toString();
    }
}
