package offhook.sdp;

import offhook.fault.Verdict;

/// Reads session descriptions (RFC 8866 §9), strictly and within bounds.
@SuppressWarnings("DoNotCallSuggester") // a stub
public final class SdpParser {

    /// Longest description of a trunk, in characters.
    public static final int TRUNK_LENGTH = 8 * 1024;

    /// Longest description of a browser, in characters.
    public static final int BROWSER_LENGTH = 16 * 1024;

    private SdpParser() {}

    /// Reads a description of at most [#TRUNK_LENGTH] characters.
    ///
    /// @throws SdpException when it cannot be read, with the line and what is wrong
    public static SessionDescription parse(String text) throws SdpException {
        return parse(text, TRUNK_LENGTH);
    }

    /// Reads a description of at most `maxLength` characters.
    ///
    /// @throws SdpException when it cannot be read, with the line and what is wrong
    public static SessionDescription parse(String text, int maxLength) throws SdpException {
        if (text.isEmpty()) {
            throw new SdpException(Verdict.badRequest(), "empty");
        }
        throw new UnsupportedOperationException("not yet");
    }
}
