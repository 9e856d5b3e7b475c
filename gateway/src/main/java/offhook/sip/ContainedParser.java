package offhook.sip;

import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContentLength;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.StatusLine;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.parser.MessageParser;
import gov.nist.javax.sip.parser.ParseExceptionListener;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.sip.message.Request;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// JAIN-SIP's parser with a fence around it. The [FrontDoor] asks it first, and answers what it
/// cannot read; the stack itself would send a 400 that echoes the request. No error of it, not even
/// a stack overflow, ends the thread that called it. Any thread; JAIN-SIP's parser keeps nothing
/// between messages.
final class ContainedParser implements MessageParser {

    private static final Logger LOG = LogManager.getLogger(ContainedParser.class);

    /// The parts without which the stack drops a message, and what they are called. What else it
    /// cannot read it goes without.
    private static final Map<Class<?>, String> NEEDED =
            Map.of(
                    RequestLine.class, "the request line",
                    StatusLine.class, "the status line",
                    Via.class, "Via",
                    From.class, "From",
                    To.class, "To",
                    CallID.class, "Call-ID",
                    CSeq.class, "CSeq",
                    ContentLength.class, "Content-Length");

    private final StringMsgParser parser = new StringMsgParser();
    private final Counters counters;

    ContainedParser(Counters counters) {
        this.counters = counters;
    }

    /// Checks that the stack will be able to read a message.
    ///
    /// @throws SipRequestException which part it cannot read; none of the message's text
    void check(byte[] message) throws SipRequestException {
        String[] unread = {"the message"};
        ParseExceptionListener listener =
                (e, parsed, part, text, whole) -> {
                    Optional<String> name = needed(part, parsed);
                    if (name.isPresent()) {
                        unread[0] = name.get();
                        throw e;
                    }
                    parsed.addUnparsed(text);
                };
        if (parse(message, true, false, listener) == null) {
            throw SipRequestException.unreadable(
                    "a character that may not stand there, or a wrong form, in " + unread[0]);
        }
    }

    /// What a part is called without which a message is no good. The stack would go without the
    /// Contact of an INVITE, but requests of ours would have nowhere to go (RFC 3261 §12.1.1).
    private static Optional<String> needed(@Nullable Class<?> part, SIPMessage message) {
        if (part == Contact.class
                && message instanceof SIPRequest request
                && request.getMethod().equals(Request.INVITE)) {
            return Optional.of("Contact");
        }
        return Optional.ofNullable(part).map(NEEDED::get);
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
            counters.increment(Counter.SIP_PARSER_ERRORS);
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
