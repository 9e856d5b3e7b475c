package offhook.sip;

import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.parser.MessageParser;
import gov.nist.javax.sip.parser.ParseExceptionListener;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.util.Arrays;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// JAIN-SIP's parser with a fence around it. What it cannot read is dropped and counted, so that
/// the stack never sends its own 400, which echoes the request; and no error of it, not even a
/// stack overflow, ends the thread that called it. Any thread.
final class ContainedParser implements MessageParser {

    private static final Logger LOG = LogManager.getLogger(ContainedParser.class);

    private final StringMsgParser parser = new StringMsgParser();
    private final FrontDoor door;

    ContainedParser(FrontDoor door) {
        this.door = door;
    }

    /// Whether the stack will be able to read a message.
    boolean parses(byte[] message) {
        return parse(message, true, false, (e, m, header, text, whole) -> m.addUnparsed(text))
                != null;
    }

    /// Reads a message; null when it cannot be read, which the stack takes for nothing.
    @Override
    public @Nullable SIPMessage parseSIPMessage(
            byte[] message, boolean readBody, boolean strict, ParseExceptionListener listener) {
        return parse(message, readBody, strict, listener);
    }

    // Every kind of failure, checked or error: what a parser does with bytes from outside is its
    // own affair, and the thread it runs on is ours.
    private @Nullable SIPMessage parse(
            byte[] message, boolean readBody, boolean strict, ParseExceptionListener listener) {
        try {
            SIPMessage parsed =
                    parser.parseSIPMessage(unfolded(message), readBody, strict, listener);
            if (parsed instanceof SIPRequest request) {
                ignoreDetours(request.getTopmostVia());
            }
            return parsed;
        } catch (Throwable e) {
            door.countParserError();
            LOG.debug("contained parser failure", e);
            return null;
        }
    }

    /// The same message with each header field on one line (RFC 3261 §7.3.1): JAIN-SIP joins the
    /// halves of a folded line without the blank that stands for the fold.
    private static byte[] unfolded(byte[] message) {
        byte[] result = new byte[message.length];
        int length = 0;
        int at = 0;
        while (at < message.length && !startsAt(message, at, "\r\n\r\n")) {
            if (startsAt(message, at, "\r\n ") || startsAt(message, at, "\r\n\t")) {
                at += 2;
                while (at < message.length && (message[at] == ' ' || message[at] == '\t')) {
                    at++;
                }
                result[length++] = ' ';
            } else {
                result[length++] = message[at++];
            }
        }
        System.arraycopy(message, at, result, length, message.length - at);
        return Arrays.copyOf(result, length + message.length - at);
    }

    private static boolean startsAt(byte[] message, int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (at + i >= message.length || message[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Responses go where the request came from, wherever its Via asks them to be sent.
    private static void ignoreDetours(@Nullable Via top) {
        if (top != null) {
            top.removeParameter("maddr");
            top.removeParameter("received");
        }
    }
}
