package offhook.sip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Cuts bytes into a [RawMessage] (RFC 3261 §7), in one pass and within bounds. Lines end with CR
/// LF and nothing else: a bare CR or LF that two readers take differently is how one message hides
/// in another.
final class MessageReader {

    /// Longest datagram: the parser behind costs 7 ms at most for 8 kB, and 200 ms for 60 kB.
    static final int MAX_DATAGRAM_BYTES = 8192;

    /// Longest message of a stream, body included.
    static final int MAX_STREAM_BYTES = 16_000;

    /// Longest start line and headers of a message of a stream.
    static final int MAX_STREAM_HEADER_BYTES = 8000;

    /// Most lines that are looked at for an answer to what cannot be cut.
    private static final int MAX_SALVAGED_LINES = 128;

    private static final Pattern FOLD = Pattern.compile("\\r\\n[ \\t]+");

    private static final Pattern REQUEST_LINE = Pattern.compile("[A-Za-z]{1,32} [!-~]+ SIP/2\\.0");

    private MessageReader() {}

    /// Cuts a message.
    ///
    /// @throws SipRequestException when it cannot even be cut
    static RawMessage read(byte[] bytes, int offset, int length) throws SipRequestException {
        String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        int at = 0;
        while (text.startsWith("\r\n", at)) {
            at += 2; // RFC 3261 §7.5: empty lines before the start line are ignored
        }
        int lineEnd = endOfLine(text, at);
        String startLine = text.substring(at, lineEnd);
        at = next(text, lineEnd);
        List<HeaderField> headers = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int lines = 0;
        boolean complete = false;
        while (at < text.length()) {
            lineEnd = endOfLine(text, at);
            if (lineEnd == at) {
                at = next(text, lineEnd);
                complete = true;
                break;
            }
            lines++;
            if (isBlank(text.charAt(at))) {
                if (line.isEmpty()) {
                    throw SipRequestException.malformed("a folded line without a header");
                }
                line.append(' ');
            } else {
                addHeader(headers, line);
                line.setLength(0);
            }
            line.append(text, at, lineEnd);
            at = next(text, lineEnd);
        }
        addHeader(headers, line);
        return new RawMessage(
                startLine, List.copyOf(headers), lines, complete, at, text.length() - at);
    }

    /// What can be made out of a request that cannot be cut: its start line and those header fields
    /// that are in order. Good for an answer only (RFC 3261 §8.2.6), not for acting on it.
    ///
    /// @return empty when there is no request line to answer to
    static Optional<RawMessage> salvage(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1).stripLeading();
        int end = text.indexOf("\r\n\r\n");
        String[] lines =
                FOLD.matcher(end < 0 ? text : text.substring(0, end))
                        .replaceAll(" ")
                        .split("\r\n", MAX_SALVAGED_LINES + 2);
        if (!REQUEST_LINE.matcher(lines[0]).matches()) {
            return Optional.empty();
        }
        List<HeaderField> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            try {
                if (endOfLine(lines[i], 0) == lines[i].length()) {
                    addHeader(headers, new StringBuilder(lines[i]));
                }
            } catch (SipRequestException _) {
                // This is why it could not be cut; nobody will see it.
            }
        }
        return Optional.of(
                new RawMessage(lines[0], List.copyOf(headers), lines.length - 1, false, length, 0));
    }

    /// Where the line that starts at `from` ends: at its CR LF, or at the end of the text.
    private static int endOfLine(String text, int from) throws SipRequestException {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                return i;
            }
            // RFC 3261 §25.1: controls stand only in a quoted pair, CR and LF not even there.
            boolean control = (c < ' ' && c != '\t') || c == 0x7f;
            if (control && (c == '\r' || c == '\n' || i == from || text.charAt(i - 1) != '\\')) {
                throw SipRequestException.malformed("a control character in the headers");
            }
        }
        return text.length();
    }

    private static int next(String text, int lineEnd) {
        return Math.min(lineEnd + 2, text.length());
    }

    private static void addHeader(List<HeaderField> headers, StringBuilder line)
            throws SipRequestException {
        if (line.isEmpty()) {
            return;
        }
        int colon = line.indexOf(":");
        String name = colon < 0 ? "" : line.substring(0, colon).stripTrailing();
        if (!SipGrammar.isToken(name)) {
            throw SipRequestException.malformed("a header line without a name");
        }
        headers.add(
                new HeaderField(HeaderNames.canonical(name), line.substring(colon + 1).strip()));
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
