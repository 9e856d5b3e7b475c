package offhook.trace;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.trace.Passed.Kind;

/// The session description in a message (RFC 8866), as text.
public final class SessionText {

    private static final Pattern OF_PAGE = Pattern.compile("\"sdp\"\\s*:\\s*\"(v=0[^\"]*)\"");

    private SessionText() {}

    /// What a message says of media; empty when it says nothing.
    public static Optional<String> of(Recorded message) {
        if (message.kind() == Kind.PAGE) {
            Matcher found = OF_PAGE.matcher(message.text());
            return found.find()
                    ? Optional.of(
                            found.group(1)
                                    .replace("\\r", "")
                                    .replace("\\n", "\n")
                                    .replace("\\/", "/"))
                    : Optional.empty();
        }
        boolean described =
                SipText.header(message.text(), "content-type", "c")
                        .toLowerCase(Locale.ROOT)
                        .startsWith("application/sdp");
        String body = SipText.body(message.text());
        return described && !body.isEmpty()
                ? Optional.of(body.replace("\r\n", "\n"))
                : Optional.empty();
    }
}
