package offhook.sip;

import java.util.List;
import java.util.Optional;

/// A SIP message cut into start line, header fields and body (RFC 3261 §7), nothing of it
/// interpreted yet. Text has one character a byte.
///
/// @param startLine the first line
/// @param headers the header fields in their order
/// @param headerLines how many lines they came on
/// @param headersComplete whether the empty line after the headers was there
/// @param headerLengthBytes start line, headers and the empty line
/// @param availableBodyBytes what follows them in the datagram or buffer
record RawMessage(
        String startLine,
        List<HeaderField> headers,
        int headerLines,
        boolean headersComplete,
        int headerLengthBytes,
        int availableBodyBytes) {

    /// Whether it is a response; anything else is judged as a request.
    boolean isResponse() {
        return startLine.regionMatches(true, 0, "SIP/", 0, 4);
    }

    /// The request's method as it was written; empty when there is none.
    String method() {
        int space = startLine.indexOf(' ');
        return space < 0 ? "" : startLine.substring(0, space);
    }

    /// The first field of a name.
    Optional<String> first(String canonicalName) {
        for (HeaderField header : headers) {
            if (header.name().equals(canonicalName)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    /// Every field of a name, in order.
    List<String> all(String canonicalName) {
        return headers.stream()
                .filter(h -> h.name().equals(canonicalName))
                .map(HeaderField::value)
                .toList();
    }

    /// Whether it is SIP, however wrong, and says for certain where it ends, so that the next
    /// message of a stream can be read (RFC 3261 §18.3).
    boolean isFramed() {
        if (!headersComplete || !startLine.contains("SIP/") || all("content-length").size() != 1) {
            return false;
        }
        try {
            return contentLengthBytes().orElse(Integer.MAX_VALUE) <= availableBodyBytes;
        } catch (SipRequestException _) {
            return false;
        }
    }

    /// What the message says of its body's length; empty when it says nothing.
    Optional<Integer> contentLengthBytes() throws SipRequestException {
        Optional<String> text = first("content-length");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                (int) SipGrammar.number(text.get(), MessageReader.MAX_STREAM_BYTES * 64L));
    }
}
