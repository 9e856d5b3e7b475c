package offhook.sip;

import java.util.regex.Pattern;
import offhook.trace.Redaction;

/// Text from the wire made fit for one line of a log: controls, quotes and all that is not ASCII
/// become `\\uXXXX`, what is long is cut, and secrets are taken out: keys of a description (RFC
/// 4568 §6.1), passwords of URIs and ICE, proofs of digests.
final class LogText {

    private static final int MAX_CHARS = 200;

    /// What is looked at: a secret that begins within what is kept ends within this.
    private static final int MAX_READ = 1_000;

    /// What proves that somebody knows a password, and lets a weak one be guessed (RFC 7616
    /// §3.4.1).
    private static final Pattern PROOF = Pattern.compile("(?i)(\\bresponse\\s*=\\s*\"?)[0-9a-f]+");

    private LogText() {}

    static String of(String wire) {
        String read = wire.length() > MAX_READ ? wire.substring(0, MAX_READ) : wire;
        String text = PROOF.matcher(Redaction.ofText(read)).replaceAll("$1***");
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_CHARS) + 8);
        for (int i = 0; i < text.length() && i < MAX_CHARS; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '\\' || c == '$') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return text.length() > MAX_CHARS ? out.append("...").toString() : out.toString();
    }
}
