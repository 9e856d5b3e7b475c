package offhook.web;

import java.util.Locale;
import java.util.regex.Pattern;
import offhook.call.EndCause;

/// Says in plain words, to the agent, why a call is over.
final class EndTexts {

    /// How a line of a session description begins (RFC 8866 §5): its letter is part of its name.
    private static final Pattern SDP_LINE = Pattern.compile("[a-z]=.*", Pattern.DOTALL);

    private EndTexts() {}

    /// What an agent is told who made the call, or was called.
    static String text(EndCause cause, Seat seat) {
        return switch (seat) {
            case CALLER -> toCaller(cause);
            case CALLEE -> toCallee(cause);
        };
    }

    /// What an agent is told whose transfer came to nothing: of the target, as who calls it would
    /// be, but for the one who waited.
    static String ofTransfer(EndCause cause) {
        return switch (cause.reason()) {
            case "cancelled" -> "The transfer was taken back.";
            case "hang-up" -> "The other side hung up.";
            case "no-route" -> "Transfers to this number are not allowed here.";
            case "not-now" -> "The call cannot be transferred now.";
            case "agent-unknown" -> "There is no such agent.";
            default -> toCaller(cause);
        };
    }

    /// Where the agent sits in the call.
    enum Seat {
        CALLER,
        CALLEE
    }

    private static String toCallee(EndCause cause) {
        return switch (cause.reason()) {
            case "hang-up" -> hungUp(cause.by(), "The caller hung up.", "You hung up.");
            case "cancelled" -> "The caller gave up before the call was answered.";
            case "declined" -> "The call was declined.";
            case EndCause.ANSWERED_ELSEWHERE ->
                    cause.by() == EndCause.By.CALLER
                            ? "Another phone answered the call."
                            : "You answered on another page.";
            default -> toEither(cause);
        };
    }

    private static String toCaller(EndCause cause) {
        return switch (cause.reason()) {
            case "hang-up" -> hungUp(cause.by(), "You hung up.", "The other side hung up.");
            case "cancelled" ->
                    cause.by() == EndCause.By.CALLER
                            ? "You gave up before the call was answered."
                            : "The other side took the call back.";
            case "declined" -> "The other side declined the call.";
            case "busy", "agent-busy" -> "The line is busy.";
            case "unknown-number" -> "This number does not exist.";
            case "no-answer" -> "Nobody answered in time.";
            case "unavailable", "agent-offline", "agent-away", "agent-unreachable", "offline" ->
                    "Nobody can be reached there now.";
            case "trunk-timeout" -> "The telephone network did not answer in time.";
            case "trunk-failed" -> "The telephone network has a failure. Try again later.";
            case "trunk-unreachable" -> "The telephone network cannot be reached.";
            case "forbidden" -> "The telephone network does not allow this call.";
            case "redirected" -> "The number has moved to another one, which is not called.";
            case "refused" ->
                    cause.by() == EndCause.By.GATEWAY
                            ? "The gateway takes no more calls now. Try again in a moment."
                            : "The telephone network refused the call.";
            case "bad-answer", "no-ack", "dialog-lost" ->
                    "The telephone network and the gateway did not understand each other.";
            case "no-route" -> "Calls to this number are not allowed here.";
            default -> toEither(cause);
        };
    }

    private static String toEither(EndCause cause) {
        return switch (cause.reason()) {
            case "no-answer" -> "Nobody answered in time.";
            case "transferred" -> "The call was transferred.";
            case "agent-lost" -> "The connection to your page was lost for too long.";
            case "gateway-stops" -> "The gateway is being stopped.";
            case "overload", "overloaded" -> "The gateway is overloaded.";
            case "internal-error" -> "An error inside the gateway ended the call.";
            case "no-route" -> "No route leads to the called number.";
            case "call-limit" -> "The call lasted as long as a call may last.";
            case "consent-lost" -> "Nothing was heard from your browser for too long.";
            case "session-expired" ->
                    "The phone line was silent for so long that the call is over.";
            case "session-lost" -> "The phone line no longer knows of the call.";
            case "media-timeout" -> "Your browser did not reach the gateway's media port in time.";
            default -> sentence(cause);
        };
    }

    private static String hungUp(EndCause.By by, String caller, String callee) {
        return switch (by) {
            case CALLER -> caller;
            case CALLEE -> callee;
            case GATEWAY -> "The gateway ended the call.";
            case OPERATOR -> "An administrator ended the call.";
        };
    }

    /// The detail the cause carries, as a sentence; its reason when there is none.
    private static String sentence(EndCause cause) {
        String detail = cause.detail().strip();
        if (detail.isEmpty()) {
            return "The call ended (" + cause.reason() + ").";
        }
        if (SDP_LINE.matcher(detail).matches()) {
            return detail;
        }
        String start = detail.substring(0, 1).toUpperCase(Locale.ROOT) + detail.substring(1);
        return start.endsWith(".") ? start : start + ".";
    }
}
