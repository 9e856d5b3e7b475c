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
    private final boolean malformed;

    private SipRequestException(
            Verdict verdict, String message, List<HeaderField> answerHeaders, boolean malformed) {
        super(verdict, message);
        this.answerHeaders = answerHeaders;
        this.malformed = malformed;
    }

    /// The message breaks the grammar or a rule that every message must keep: 400.
    static SipRequestException malformed(String message) {
        return new SipRequestException(Verdict.badRequest(), message, List.of(), true);
    }

    /// As [#malformed(String)], with a better status than 400.
    static SipRequestException malformed(int status, String message) {
        return new SipRequestException(
                new Verdict(status, 1007, Blame.PEER), message, List.of(), true);
    }

    /// The message is more than anybody reads here; dropped without an answer.
    static SipRequestException tooLarge(String message) {
        return new SipRequestException(
                new Verdict(TOO_LARGE, 1009, Blame.PEER), message, List.of(), true);
    }

    /// The message is well-formed, but is not served.
    static SipRequestException refused(int status, String message, HeaderField... answerHeaders) {
        return new SipRequestException(
                new Verdict(status, 1008, Blame.PEER), message, List.of(answerHeaders), false);
    }

    /// Header fields that the answer must carry, such as `Allow` with 405.
    List<HeaderField> answerHeaders() {
        return answerHeaders;
    }

    /// Whether the message is too large to be looked at.
    boolean isTooLarge() {
        return verdict().sipStatus() == TOO_LARGE;
    }

    /// Whether the sender broke the protocol, and not only asked for too much.
    boolean isMalformed() {
        return malformed;
    }
}
