package offhook.sip;

import java.util.Iterator;
import java.util.Map;
import java.util.OptionalInt;
import javax.sip.header.OptionTag;
import javax.sip.header.ReasonHeader;
import javax.sip.header.RequireHeader;
import javax.sip.header.UnsupportedHeader;
import javax.sip.message.Message;
import javax.sip.message.Response;
import offhook.call.EndCause;

/// What a trunk's refusals mean, in the gateway's words. Pure.
final class SipCauses {

    /// RFC 3398 §8.2.6.1: the Q.850 value of a status that brings none along. Three are our own:
    /// 487, for which the RFC has none because nobody waits for it, and 488 and 606, for which it
    /// looks into Warning.
    static final Map<Integer, Integer> Q850 =
            Map.ofEntries(
                    Map.entry(400, 41),
                    Map.entry(401, 21),
                    Map.entry(402, 21),
                    Map.entry(403, 21),
                    Map.entry(404, 1),
                    Map.entry(405, 63),
                    Map.entry(406, 79),
                    Map.entry(407, 21),
                    Map.entry(408, 102),
                    Map.entry(410, 22),
                    Map.entry(413, 127),
                    Map.entry(414, 127),
                    Map.entry(415, 79),
                    Map.entry(416, 127),
                    Map.entry(420, 127),
                    Map.entry(421, 127),
                    Map.entry(423, 127),
                    Map.entry(480, 18),
                    Map.entry(481, 41),
                    Map.entry(482, 25),
                    Map.entry(483, 25),
                    Map.entry(484, 28),
                    Map.entry(485, 1),
                    Map.entry(486, 17),
                    Map.entry(487, 16),
                    Map.entry(488, 88),
                    Map.entry(500, 41),
                    Map.entry(501, 79),
                    Map.entry(502, 38),
                    Map.entry(503, 41),
                    Map.entry(504, 102),
                    Map.entry(505, 127),
                    Map.entry(513, 127),
                    Map.entry(600, 17),
                    Map.entry(603, 21),
                    Map.entry(604, 1),
                    Map.entry(606, 88));

    /// RFC 3398 §7.2.4.1: the status of a Q.850 value. 16 is our own: the RFC answers it with BYE
    /// or CANCEL, which only goes when nothing has to be answered.
    static final Map<Integer, Integer> STATUS =
            Map.ofEntries(
                    Map.entry(1, 404),
                    Map.entry(2, 404),
                    Map.entry(3, 404),
                    Map.entry(16, 480),
                    Map.entry(17, 486),
                    Map.entry(18, 408),
                    Map.entry(19, 480),
                    Map.entry(20, 480),
                    Map.entry(21, 403),
                    Map.entry(22, 410),
                    Map.entry(23, 410),
                    Map.entry(26, 404),
                    Map.entry(27, 502),
                    Map.entry(28, 484),
                    Map.entry(29, 501),
                    Map.entry(31, 480),
                    Map.entry(34, 503),
                    Map.entry(38, 503),
                    Map.entry(41, 503),
                    Map.entry(42, 503),
                    Map.entry(47, 503),
                    Map.entry(55, 403),
                    Map.entry(57, 403),
                    Map.entry(58, 503),
                    Map.entry(65, 488),
                    Map.entry(70, 488),
                    Map.entry(79, 501),
                    Map.entry(87, 403),
                    Map.entry(88, 503),
                    Map.entry(102, 504),
                    Map.entry(111, 500),
                    Map.entry(127, 500));

    private static final int INTERWORKING = 127;
    private static final int NORMAL = 16;
    private static final int NON_SELECTED = 26;

    private SipCauses() {}

    /// Why an INVITE of ours was refused.
    static EndCause of(Response refusal) {
        int status = refusal.getStatusCode();
        return new EndCause(
                EndCause.By.CALLEE,
                reason(status),
                status,
                q850(refusal).orElse(q850(status)),
                detail(refusal, status));
    }

    /// The Q.850 value that a status stands for.
    static int q850(int status) {
        return status < 300 ? NORMAL : Q850.getOrDefault(status, INTERWORKING);
    }

    /// The status with which an INVITE is refused for a reason that has none of its own, as when
    /// the other side of the call hung up.
    static int status(EndCause cause) {
        return cause.sipCode() >= 400 && cause.sipCode() <= 699
                ? cause.sipCode()
                : STATUS.getOrDefault(cause.q850Cause(), Response.TEMPORARILY_UNAVAILABLE);
    }

    /// Why the peer hung up: for no reason at all, unless its BYE says one.
    static EndCause hungUp(EndCause.By by, Message bye) {
        return new EndCause(by, "hang-up", 200, given(bye).orElse(NORMAL), "");
    }

    /// Why the caller gave up. Who was called elsewhere as well has not missed a call when its
    /// CANCEL says that it was answered there (RFC 3326 §3.1).
    static EndCause cancelled(Message cancel) {
        if (sip(cancel).equals(OptionalInt.of(Response.OK))) {
            return new EndCause(
                    EndCause.By.CALLER,
                    EndCause.ANSWERED_ELSEWHERE,
                    487,
                    NON_SELECTED,
                    "the call was answered elsewhere");
        }
        EndCause plain = EndCause.cancelled();
        return new EndCause(
                plain.by(),
                plain.reason(),
                plain.sipCode(),
                given(cancel).orElse(plain.q850Cause()),
                plain.detail());
    }

    /// The Q.850 value of a message's Reason, or what its SIP status stands for.
    private static OptionalInt given(Message message) {
        OptionalInt q850 = q850(message);
        OptionalInt status = sip(message);
        return q850.isPresent() || status.isEmpty()
                ? q850
                : OptionalInt.of(q850(status.getAsInt()));
    }

    /// Why a REFER of ours came to nothing, or the call that it asked for.
    static EndCause ofTransfer(int status) {
        return new EndCause(
                EndCause.By.CALLEE,
                reason(status),
                status,
                q850(status),
                "the trunk's transfer ended with " + status + " " + ReasonPhrases.of(status));
    }

    /// What an operator can do something about is told.
    private static String detail(Response refusal, int status) {
        return switch (status) {
            case 420 ->
                    "the trunk does not know what its setting requires:"
                            + tags(refusal, UnsupportedHeader.NAME);
            case 421 ->
                    "the trunk requires what its setting does not serve:"
                            + tags(refusal, RequireHeader.NAME);
            default -> "the trunk answered " + status + " " + ReasonPhrases.of(status);
        };
    }

    private static String tags(Response refusal, String name) {
        StringBuilder tags = new StringBuilder();
        for (Iterator<?> fields = refusal.getHeaders(name); fields.hasNext(); ) {
            if (fields.next() instanceof OptionTag field) {
                tags.append(' ').append(SipMessages.plain(field.getOptionTag()));
            }
        }
        return tags.isEmpty() ? " it does not say which" : tags.toString();
    }

    private static String reason(int status) {
        return switch (status) {
            case 486, 600 -> "busy";
            case 603, 607, 608 -> "declined";
            case 404, 410, 484, 485, 604 -> "unknown-number";
            case 408, 504 -> "trunk-timeout";
            case 480 -> "unavailable";
            case 487 -> "cancelled";
            case 420 -> "extension-refused";
            case 421 -> "extension-required";
            case 488, 606 -> "media-refused";
            case 401, 402, 403, 407 -> "forbidden";
            default -> status < 400 ? "redirected" : status >= 500 ? "trunk-failed" : "refused";
        };
    }

    /// The Q.850 value of a Reason header field (RFC 3326), when there is a valid one.
    private static OptionalInt q850(Message message) {
        return cause(message, "Q.850", 1, 127);
    }

    /// The SIP status of a Reason header field, when there is a valid one.
    private static OptionalInt sip(Message message) {
        return cause(message, "SIP", 200, 699);
    }

    private static OptionalInt cause(Message message, String protocol, int least, int most) {
        for (Iterator<?> reasons = message.getHeaders(ReasonHeader.NAME); reasons.hasNext(); ) {
            if (reasons.next() instanceof ReasonHeader reason
                    && protocol.equalsIgnoreCase(reason.getProtocol())
                    && reason.getCause() >= least
                    && reason.getCause() <= most) {
                return OptionalInt.of(reason.getCause());
            }
        }
        return OptionalInt.empty();
    }
}
