package offhook.blackbox;

import java.util.List;
import java.util.Optional;
import offhook.trace.EscapedText;
import offhook.trace.Recorded;
import offhook.trace.SessionText;
import offhook.trace.Tape;

/// The messages of a call for people to read, one after the other, and what they describe of media.
final class MessagesText {

    private MessagesText() {}

    static String of(Tape tape) {
        StringBuilder out = new StringBuilder(16_384);
        if (tape.leftOut() > 0) {
            out.append(tape.leftOut()).append(" messages of the middle were not kept.\n\n");
        }
        List<Recorded> messages = tape.messages();
        for (int i = 0; i < messages.size(); i++) {
            out.append("===== ").append(head(i + 1, messages.get(i))).append('\n');
            out.append(EscapedText.lines(messages.get(i).text()).stripTrailing()).append("\n\n");
        }
        return out.toString();
    }

    /// Every session description.
    static String descriptions(Tape tape) {
        StringBuilder out = new StringBuilder(8_192);
        List<Recorded> messages = tape.messages();
        for (int i = 0; i < messages.size(); i++) {
            Optional<String> described = SessionText.of(messages.get(i));
            if (described.isPresent()) {
                out.append("===== ")
                        .append(head(i + 1, messages.get(i)))
                        .append(" ")
                        .append(EscapedText.of(messages.get(i).label()))
                        .append('\n');
                out.append(EscapedText.lines(described.get()).stripTrailing()).append("\n\n");
            }
        }
        return out.toString();
    }

    /// `#3 2026-01-01T00:00:00.000Z sent udp 192.0.2.1:5060 -> 192.0.2.2:5060 pbx`.
    static String head(int number, Recorded message) {
        return "#%d %s %s %s %s %s %s %s"
                .formatted(
                        number,
                        message.at(),
                        message.sent() ? "sent" : "received",
                        message.transport(),
                        Ladder.address(message.local()),
                        message.sent() ? "->" : "<-",
                        Ladder.address(message.remote()),
                        EscapedText.of(message.peer()))
                .strip();
    }
}
