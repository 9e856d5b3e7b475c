package offhook.sip;

import java.util.List;
import offhook.fault.Blame;
import offhook.fault.PeerException;
import offhook.fault.Verdict;

/// A SIP message that is refused. Of a request it says what to answer; of a response, that it is
/// dropped.
final class SipRequestException extends PeerException {

    private static final long serialVersionUID = 1L;

    private static final int TOO_LARGE = 513; // RFC 3261 §21.5.7

    private final transient List<HeaderField> answerHeaders;
    private final Kind kind;

    private SipRequestException(
            Verdict verdict, String message, List<HeaderField> answerHeaders, Kind kind) {
        super(verdict, message);
        this.answerHeaders = answerHeaders;
        this.kind = kind;
    }

    /// Who did what wrong.
    private enum Kind {
        /// The sender broke the protocol.
        MALFORMED,

        /// Somebody did; as like as not one whom the sender only passes on.
        UNREADABLE,

        /// Nobody, perhaps: it is more than is read here.
        TOO_LARGE,

        /// Nobody: it is not served.
        NOT_SERVED
    }

    /// The message breaks the grammar or a rule that every message must keep: 400.
    static SipRequestException malformed(String message) {
        return new SipRequestException(Verdict.badRequest(), message, List.of(), Kind.MALFORMED);
    }

    /// As [#malformed(String)], with a better status than 400.
    static SipRequestException malformed(int status, String message) {
        return new SipRequestException(
                new Verdict(status, 1007, Blame.PEER), message, List.of(), Kind.MALFORMED);
    }

    /// The message keeps the rules that are checked here, but the stack behind cannot read it: 400.
    static SipRequestException unreadable(String message) {
        return new SipRequestException(Verdict.badRequest(), message, List.of(), Kind.UNREADABLE);
    }

    /// The message is more than anybody reads here: 513.
    static SipRequestException tooLarge(String message) {
        return tooLarge(TOO_LARGE, message);
    }

    /// As [#tooLarge(String)], with a better status than 513.
    static SipRequestException tooLarge(int status, String message) {
        return new SipRequestException(
                new Verdict(status, 1009, Blame.PEER), message, List.of(), Kind.TOO_LARGE);
    }

    /// The message is well-formed, but is not served.
    static SipRequestException refused(int status, String message, HeaderField... answerHeaders) {
        return new SipRequestException(
                new Verdict(status, 1008, Blame.PEER),
                message,
                List.of(answerHeaders),
                Kind.NOT_SERVED);
    }

    /// Header fields that the answer must carry, such as `Allow` with 405.
    List<HeaderField> answerHeaders() {
        return answerHeaders;
    }

    /// Whether the message is more than is looked at.
    boolean isTooLarge() {
        return kind == Kind.TOO_LARGE;
    }

    /// Whether the message breaks the protocol or our bounds, and does not only ask for what is not
    /// served.
    boolean isMalformed() {
        return kind != Kind.NOT_SERVED;
    }

    /// Whether the door says no before it knows what the request is to be counted as. What only the
    /// stack cannot read was counted as one that opens something.
    boolean isUncounted() {
        return kind == Kind.MALFORMED || kind == Kind.TOO_LARGE;
    }
}
