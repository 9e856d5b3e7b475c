package offhook.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes secrets out of messages: credentials and tokens, keys of SRTP, passwords of ICE and of
/// URIs, digits that were pressed. Bodies keep their length, so that what is left is still a whole
/// message.
///
/// Of digest credentials (RFC 7616 §3.4) stay who, where and how; the proof itself does not,
/// because with it and the nonce a weak password can be guessed.
public final class Redaction {

    private static final String REMOVED = "***";

    private static final Set<String> CREDENTIALS = Set.of("authorization", "proxy-authorization");
    private static final Set<String> PLAIN_FIELDS =
            Set.of("username", "realm", "nonce", "uri", "algorithm", "qop", "nc", "opaque");

    private static final Pattern FIELD =
            Pattern.compile("([A-Za-z][A-Za-z-]*)[ \\t]*=[ \\t]*(\"[^\"]*\"|[^,\\s\"]+)");
    private static final Pattern SECRET_NAME =
            Pattern.compile("token|secret|passw|credential|cookie|api-?key");
    private static final Pattern URI_PASSWORD =
            Pattern.compile("(?i)\\b(sips?:[^\\s@:;<>\"]{1,200}):[^\\s@<>\"]{1,200}@");

    /// Each with the secret as its only group.
    private static final List<Pattern> IN_BODIES =
            List.of(
                    Pattern.compile("(?i)a=ice-pwd:([^\\s\"\\\\]+)"),
                    Pattern.compile("(?i)inline:([A-Za-z0-9+/=]+)"),
                    Pattern.compile("(?i)a=key-mgmt:([^\\r\\n\"\\\\]+)"),
                    Pattern.compile("(?m)^k=([^\\r\\n]+)"),
                    Pattern.compile("(?im)^[ \\t]*Signal[ \\t]*=[ \\t]*(\\S+)"));

    private static final Pattern ALL = Pattern.compile("([^\\r\\n]+)");

    /// How long a key was pressed may be known, as may that a signal came.
    private static final Pattern NO_DURATION =
            Pattern.compile(
                    "(?im)^(?![ \\t]*Duration[ \\t]*=)(?:[ \\t]*Signal[ \\t]*=[ \\t]*)?([^\\r\\n]+)");

    private static final Pattern OF_JSON =
            Pattern.compile(
                    "(?i)\"(?:[a-z-]*(?:token|password|credential|secret|key)|digits?)\""
                            + "\\s*:\\s*\"([^\"]*)\"");

    private Redaction() {}

    /// A SIP message without secrets.
    static String ofSip(String message) {
        int end = SipText.headersEnd(message);
        String headers = headers(message.substring(0, end));
        String rest = message.substring(end);
        String encoding = SipText.header(message, "content-encoding", "e");
        boolean readable = encoding.isEmpty() || encoding.equalsIgnoreCase("identity");
        return headers
                + (readable && !isOfDigits(message)
                        ? body(rest)
                        : masked(readable ? NO_DURATION : ALL, rest));
    }

    /// Whether the body may tell of keys that were pressed. Of INFO any may: those that we take for
    /// digits, those that only others do, of which each maker has its own, and those in a
    /// multipart. Other methods carry them in KPML (RFC 4730).
    private static boolean isOfDigits(String message) {
        String type = SipText.header(message, "content-type", "c").toLowerCase(Locale.ROOT);
        return SipText.header(message, "cseq").toUpperCase(Locale.ROOT).endsWith("INFO")
                || message.startsWith("INFO ")
                || type.contains("dtmf")
                || type.contains("kpml")
                || type.contains("telephone-event");
    }

    /// A message of a page without secrets.
    static String ofPage(String message) {
        return masked(OF_JSON, body(message));
    }

    /// Any text without keys, passwords of ICE and of URIs.
    public static String ofText(String text) {
        return body(URI_PASSWORD.matcher(text).replaceAll("$1:" + REMOVED + "@"));
    }

    private static String headers(String head) {
        List<String> lines = new ArrayList<>();
        for (String line : head.split("\r\n|\r|\n", -1)) {
            boolean folded = line.startsWith(" ") || line.startsWith("\t");
            if (folded && !lines.isEmpty()) {
                lines.set(lines.size() - 1, lines.getLast() + line);
            } else {
                lines.add(line);
            }
        }
        lines.replaceAll(Redaction::header);
        String all = String.join("\r\n", lines);
        return masked(IN_BODIES.get(1), URI_PASSWORD.matcher(all).replaceAll("$1:***@"));
    }

    private static String header(String line) {
        int colon = line.indexOf(':');
        String name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        if (CREDENTIALS.contains(name)) {
            return line.substring(0, colon) + ": " + credentials(line.substring(colon + 1).strip());
        }
        return !name.isEmpty() && name.indexOf(' ') < 0 && SECRET_NAME.matcher(name).find()
                ? line.substring(0, colon) + ": " + REMOVED
                : line;
    }

    private static String credentials(String value) {
        String[] parts = value.split("[ \t]+", 2);
        if (!parts[0].equalsIgnoreCase("Digest") || parts.length < 2) {
            return REMOVED;
        }
        StringBuilder out = new StringBuilder("Digest ");
        Matcher field = FIELD.matcher(parts[1]);
        while (field.find()) {
            boolean plain = PLAIN_FIELDS.contains(field.group(1).toLowerCase(Locale.ROOT));
            out.append(field.group(1))
                    .append('=')
                    .append(plain ? field.group(2) : "\"" + REMOVED + "\"")
                    .append(", ");
        }
        return out.substring(0, Math.max(out.length() - 2, 6));
    }

    private static String body(String text) {
        String out = text;
        for (Pattern secret : IN_BODIES) {
            out = masked(secret, out);
        }
        return out;
    }

    private static String masked(Pattern secret, String text) {
        Matcher found = secret.matcher(text);
        if (!found.find()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text);
        do {
            for (int i = found.start(1); i < found.end(1); i++) {
                out.setCharAt(i, '*');
            }
        } while (found.find());
        return out.toString();
    }
}
