package offhook.e2e.phone;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A SIP message as text (RFC 3261 §7).
///
/// @param startLine request line or status line
/// @param headers in order, each `Name: value`
/// @param body may be empty
public record SipMessage(String startLine, List<String> headers, String body) {
    private static final Map<String, String> COMPACT =
            Map.of(
                    "v",
                    "via",
                    "f",
                    "from",
                    "t",
                    "to",
                    "i",
                    "call-id",
                    "m",
                    "contact",
                    "l",
                    "content-length",
                    "c",
                    "content-type",
                    "s",
                    "subject",
                    "k",
                    "supported");

    /// An address as URIs and Via write it (RFC 3261 §25.1): IPv6 in brackets.
    static String host(InetAddress address) {
        String literal = address.getHostAddress();
        return address instanceof Inet6Address ? "[" + literal + "]" : literal;
    }

    /// Reads one whole message; lenient, for the tests judge content and not layout.
    public static SipMessage parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        String head = end < 0 ? text : text.substring(0, end);
        List<String> lines = new ArrayList<>();
        for (String line : head.split("\r\n", -1)) {
            if (!lines.isEmpty() && (line.startsWith(" ") || line.startsWith("\t"))) {
                lines.add(lines.removeLast() + " " + line.strip());
            } else {
                lines.add(line);
            }
        }
        String body = end < 0 ? "" : text.substring(end + 4);
        return new SipMessage(lines.getFirst(), List.copyOf(lines.subList(1, lines.size())), body);
    }

    public boolean isResponse() {
        return startLine.startsWith("SIP/2.0 ");
    }

    /// The status code; 0 for a request.
    public int status() {
        return isResponse() ? Integer.parseInt(startLine.substring(8, 11)) : 0;
    }

    /// The method of a request, or the one a response answers.
    public String method() {
        String cseq = header("CSeq");
        return isResponse()
                ? cseq.substring(cseq.indexOf(' ') + 1).strip()
                : startLine.substring(0, startLine.indexOf(' '));
    }

    public int sequenceNumber() {
        String cseq = header("CSeq");
        return Integer.parseInt(cseq.substring(0, cseq.indexOf(' ')));
    }

    /// The first header of that name, or an empty text.
    public String header(String name) {
        List<String> all = headers(name);
        return all.isEmpty() ? "" : all.getFirst();
    }

    /// Every header of that name, in order.
    public List<String> headers(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        List<String> found = new ArrayList<>();
        for (String line : headers) {
            int colon = line.indexOf(':');
            String key = line.substring(0, Math.max(colon, 0)).strip().toLowerCase(Locale.ROOT);
            if (COMPACT.getOrDefault(key, key).equals(wanted)) {
                found.add(line.substring(colon + 1).strip());
            }
        }
        return found;
    }

    /// The hops of `Record-Route` or `Route`, in order; a field may hold several (RFC 3261 §7.3.1).
    public List<String> hops(String name) {
        return headers(name).stream()
                .flatMap(field -> Arrays.stream(field.split(",(?=\\s*<)", -1)))
                .map(String::strip)
                .toList();
    }

    /// The URI inside `<` and `>` of a header, or the header up to its parameters.
    public String uriOf(String name) {
        String value = header(name);
        int open = value.indexOf('<');
        if (open >= 0) {
            return value.substring(open + 1, value.indexOf('>', open));
        }
        int semicolon = value.indexOf(';');
        return semicolon < 0 ? value : value.substring(0, semicolon);
    }

    /// Bytes as sent, with the Content-Length of the body.
    public byte[] toBytes() {
        var out = new StringBuilder(startLine).append("\r\n");
        headers.forEach(line -> out.append(line).append("\r\n"));
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        out.append("Content-Length: ").append(length).append("\r\n\r\n").append(body);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
