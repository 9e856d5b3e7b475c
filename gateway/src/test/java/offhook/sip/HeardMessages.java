package offhook.sip;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// What a peer of the tests hears over UDP, where a message may come again (RFC 3261 §17).
final class HeardMessages {

    /// Where they come from.
    @FunctionalInterface
    interface Source {
        /// The next message; empty when none comes within the time.
        String poll(int millis) throws IOException;
    }

    /// What JAIN-SIP says by itself, of requests that never come to us.
    private static final Set<String> OF_THE_STACK =
            Set.of(
                    "Call leg/Transaction does not exist",
                    "Loop detected",
                    "Refer-To header is missing");

    private final Source source;
    private final Set<String> known = new HashSet<>();

    HeardMessages(Source source) {
        this.source = source;
    }

    /// What we say of a response is what its code is registered as, whatever the test is about.
    static void checkPhrase(String message) {
        if (message.startsWith("SIP/2.0 ")) {
            String line = message.substring(0, message.indexOf("\r\n"));
            int status = Integer.parseInt(line.substring(8, 11));
            String phrase = line.substring(12);
            boolean right =
                    ReasonPhrases.isRegistered(status) && phrase.equals(ReasonPhrases.of(status));
            if (!right && !OF_THE_STACK.contains(phrase)) {
                throw new AssertionError("not the phrase of its code: " + line);
            }
        }
    }

    /// Whether a message comes for the first time; it is known from then on.
    boolean isNew(String message) {
        return known.add(message);
    }

    /// The next message that is not known already; fails when none comes.
    String fresh() throws IOException {
        String message = source.poll(TextPhone.PATIENCE_MILLIS);
        while (!message.isEmpty() && !isNew(message)) {
            message = source.poll(TextPhone.PATIENCE_MILLIS);
        }
        if (message.isEmpty()) {
            throw new AssertionError("nothing new came");
        }
        return message;
    }

    /// The next message, known or not; empty when none comes.
    String any(int millis) throws IOException {
        String message = source.poll(millis);
        known.add(message);
        return message;
    }

    /// Nothing comes, but for what crossed our last words: that may come once more.
    void assertSilent(int millis) throws IOException {
        Set<String> crossed = new HashSet<>();
        String message = source.poll(millis);
        while (!message.isEmpty()) {
            if (!known.contains(message) || !crossed.add(message)) {
                throw new AssertionError("expected nothing but got " + message);
            }
            message = source.poll(TextPhone.NO_REPETITION_MILLIS);
        }
    }
}
