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

    /// RFC 3398 §8.2.6.1: the Q.850 value of a status that brings none along.
    private static final Map<Integer, Integer> Q850 =
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
                    Map.entry(415, 79),
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
                    Map.entry(600, 17),
                    Map.entry(603, 21),
                    Map.entry(604, 1),
                    Map.entry(606, 88));

    private static final int INTERWORKING = 127;

    private SipCauses() {}

    /// Why an INVITE of ours was refused.
    static EndCause of(Response refusal) {
        int status = refusal.getStatusCode();
        return new EndCause(
                EndCause.By.CALLEE,
                reason(status),
                status,
                q850(refusal).orElse(Q850.getOrDefault(status, INTERWORKING)),
                detail(refusal, status));
    }

    /// Why a REFER of ours came to nothing, or the call that it asked for.
    static EndCause ofTransfer(int status) {
        return new EndCause(
                EndCause.By.CALLEE,
                reason(status),
                status,
                Q850.getOrDefault(status, INTERWORKING),
                "the trunk's transfer ended with " + status + " " + StatelessReply.reason(status));
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
            default -> "the trunk answered " + status + " " + StatelessReply.reason(status);
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
        for (Iterator<?> reasons = message.getHeaders(ReasonHeader.NAME); reasons.hasNext(); ) {
            if (reasons.next() instanceof ReasonHeader reason
                    && "Q.850".equalsIgnoreCase(reason.getProtocol())
                    && reason.getCause() >= 1
                    && reason.getCause() <= 127) {
                return OptionalInt.of(reason.getCause());
            }
        }
        return OptionalInt.empty();
    }
}
