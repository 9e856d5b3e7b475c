package offhook.web;

import java.util.Locale;
import java.util.regex.Pattern;
import offhook.call.EndCause;

/// Says in plain words, to the agent, why a call is over.
final class EndTexts {

    /// How a line of a session description begins (RFC 8866 §5): its letter is part of its name.
    private static final Pattern SDP_LINE = Pattern.compile("[a-z]=.*", Pattern.DOTALL);

    private EndTexts() {}

    static String text(EndCause cause) {
        return switch (cause.reason()) {
            case "hang-up" -> hungUp(cause.by());
            case "cancelled" -> "The caller gave up before the call was answered.";
            case "declined" -> "The call was declined.";
            case "answered-elsewhere" -> "You answered on another page.";
            case "no-answer" -> "Nobody answered in time.";
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
            case "browser-closed" -> "Your browser closed the audio of the call.";
            case "media-timeout" -> "Your browser did not reach the gateway's media port in time.";
            default -> sentence(cause);
        };
    }

    private static String hungUp(EndCause.By by) {
        return switch (by) {
            case CALLER -> "The caller hung up.";
            case CALLEE -> "You hung up.";
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
