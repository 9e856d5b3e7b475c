package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Set;

/// What whoever sends nonsense may get to see.
final class StrictReply {

    private static final Set<String> HEADERS =
            Set.of(
                    "via",
                    "from",
                    "to",
                    "call-id",
                    "cseq",
                    "allow",
                    "accept",
                    "supported",
                    "unsupported",
                    "content-length",
                    "contact",
                    "require",
                    "reason",
                    "warning",
                    "retry-after",
                    "max-forwards",
                    "server",
                    "date",
                    "record-route",
                    "min-se",
                    "timestamp");

    private StrictReply() {}

    /// Nothing but lines of known headers that end with CR LF.
    ///
    /// @param of what it is the answer to, for the message of a failure
    static void check(String reply, String of) {
        assertThat(reply).as(of).matches("(?s)SIP/2\\.0 [1-6][0-9]{2} [A-Za-z/ ]+\r\n.*");
        HeardMessages.checkPhrase(reply);
        assertThat(reply).as(of).endsWith("\r\n\r\n");
        assertThat(reply.replace("\r\n", "")).as(of).doesNotContain("\r").doesNotContain("\n");
        String head = reply.substring(0, reply.length() - 4);
        for (String line : head.substring(head.indexOf("\r\n") + 2).split("\r\n", -1)) {
            String name = line.split(":", 2)[0].strip().toLowerCase(Locale.ROOT);
            assertThat(HEADERS).as("%s: %s", of, line).contains(name);
        }
        assertThat(reply).as(of).containsPattern("\r\nContent-Length: +0\r\n");
    }
}
