package offhook.sip;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Reads a header field from left to right (RFC 3261 §25.1). Not for keeping: lives as long as one
/// field is read.
final class FieldCursor {

    private final String text;
    private int at;

    FieldCursor(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    char peek() {
        return atEnd() ? '\0' : text.charAt(at);
    }

    void skipBlanks() {
        while (!atEnd() && (peek() == ' ' || peek() == '\t')) {
            at++;
        }
    }

    /// Takes a character if it is the next one.
    boolean take(char c) {
        if (!atEnd() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    void expect(char c) throws SipRequestException {
        if (!take(c)) {
            throw SipRequestException.malformed("'" + c + "' is missing in a header");
        }
    }

    /// Takes one token.
    String token() throws SipRequestException {
        int start = at;
        while (!atEnd() && SipGrammar.isTokenChar(peek())) {
            at++;
        }
        if (at == start) {
            throw SipRequestException.malformed("a word is missing in a header");
        }
        return text.substring(start, at);
    }

    /// Takes a quoted string with its quotes.
    String quotedString() throws SipRequestException {
        int start = at;
        expect('"');
        while (!atEnd()) {
            char c = text.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (c == '"') {
                return text.substring(start, at);
            }
        }
        throw SipRequestException.malformed("a quoted string without its end");
    }

    /// Takes all up to one of the given characters, or to the end.
    String until(String stops) {
        int start = at;
        while (!atEnd() && stops.indexOf(peek()) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    /// Takes `host [":" port]`, an IPv6 address being in brackets.
    ///
    /// @return both, without white space
    String hostPort() throws SipRequestException {
        String host = peek() == '[' ? until("]") + (take(']') ? "]" : "") : until(":;, \t");
        if (!SipGrammar.isHost(host)) {
            throw SipRequestException.malformed("a host that is none");
        }
        skipBlanks();
        if (take(':')) {
            skipBlanks();
            String port = until("?;, \t");
            SipGrammar.number(port, 65535);
            return host + ":" + port;
        }
        return host;
    }

    /// Takes `*( ";" name [ "=" value ] )` up to the end of the field.
    ///
    /// @return the values without quotes, by lower-case name; of a name that is twice, the first
    Map<String, String> parameters() throws SipRequestException {
        Map<String, String> found = new LinkedHashMap<>();
        skipBlanks();
        while (!atEnd()) {
            expect(';');
            skipBlanks();
            String name = token().toLowerCase(Locale.ROOT);
            String value = "";
            skipBlanks();
            if (take('=')) {
                skipBlanks();
                value = peek() == '"' ? unquoted(quotedString()) : until("; \t,\"<>");
                skipBlanks();
            }
            found.putIfAbsent(name, value);
        }
        return found;
    }

    /// What a quoted string says (RFC 3261 §25.1); any other text as it is.
    static String unquoted(String written) {
        String text = written.strip();
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            out.append(c == '\\' && i + 2 < text.length() ? text.charAt(++i) : c);
        }
        return out.toString();
    }

    /// Takes `*( ";" name [ "=" value ] )` up to the end of the field.
    ///
    /// @return the value of the parameter that was asked for, empty when it is absent
    String parameters(String wanted) throws SipRequestException {
        String found = "";
        skipBlanks();
        while (!atEnd()) {
            expect(';');
            skipBlanks();
            String name = token();
            String value = "";
            skipBlanks();
            if (take('=')) {
                skipBlanks();
                value = peek() == '"' ? quotedString() : until("; \t,\"<>");
                if (value.isEmpty()) {
                    throw SipRequestException.malformed("a parameter without its value");
                }
                skipBlanks();
            }
            if (name.equalsIgnoreCase(wanted)) {
                if (!found.isEmpty()) {
                    throw SipRequestException.malformed("the parameter " + wanted + " twice");
                }
                found = value;
            }
        }
        return found;
    }
}
