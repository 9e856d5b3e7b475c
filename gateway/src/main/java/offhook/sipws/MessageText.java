package offhook.sipws;

import java.nio.charset.StandardCharsets;
import offhook.sip.WireMessage;

/// A SIP message being written. As in [WireMessage], a character is a byte until the end, so that
/// what is copied keeps its bytes.
final class MessageText {

    private final StringBuilder text = new StringBuilder(600);

    private MessageText(String startLine) {
        text.append(startLine).append("\r\n");
    }

    /// A request, without any field yet.
    static MessageText request(String method, String uri) {
        return new MessageText(method + " " + uri + " SIP/2.0");
    }

    /// A response, with what every response copies (RFC 3261 §8.2.6.2).
    ///
    /// @param localTag set where the request's To has none; empty in 100
    static MessageText response(WireMessage request, int status, String localTag) {
        MessageText response =
                new MessageText("SIP/2.0 " + status + " " + WireMessage.phrase(status));
        request.headers("via").forEach(via -> response.copy("Via", via));
        response.copy("From", request.header("from").orElse(""));
        boolean tagged = !request.toTag().isEmpty() || localTag.isEmpty();
        String to = request.header("to").orElse("");
        response.copy("To", tagged ? to : to + ";tag=" + localTag);
        response.copy("Call-ID", request.callId());
        response.copy("CSeq", request.number() + " " + request.method());
        return response;
    }

    private void copy(String name, String bytes) {
        text.append(name).append(": ").append(bytes).append("\r\n");
    }

    /// Adds a field. What is no part of a line becomes a space: nothing can begin another field.
    MessageText field(String name, String value) {
        String line = value.replaceAll("[\\x00-\\x1f\\x7f]", " ");
        copy(name, bytes(line));
        return this;
    }

    /// Adds a field of another message, or of our own making from one.
    MessageText copied(String name, String bytes) {
        copy(name, bytes);
        return this;
    }

    /// The message without a body.
    String end() {
        return whole("");
    }

    /// The message with a body.
    String end(String type, String body) {
        text.append("Content-Type: ").append(type).append("\r\n");
        return whole(bytes(body));
    }

    private String whole(String body) {
        text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        return new String(
                text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String bytes(String words) {
        return new String(words.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /// A quoted string (RFC 3261 §25.1).
    static String quoted(String words) {
        return '"' + words.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Text as the user part of a URI: all that is not plain is escaped (RFC 3261 §19.1.2).
    static String user(String name) {
        StringBuilder out = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain =
                    (b >= '0' && b <= '9')
                            || (b >= 'A' && b <= 'Z')
                            || (b >= 'a' && b <= 'z')
                            || "-_.!~*'()+".indexOf(b) >= 0;
            if (plain) {
                out.append((char) b);
            } else {
                out.append(String.format("%%%02X", b));
            }
        }
        return out.toString();
    }
}
