package offhook.web;

import java.util.Locale;
import offhook.call.EndCause;

/// Says in plain words, to the agent, why a call is over.
final class EndTexts {

    private EndTexts() {}

    static String text(EndCause cause) {
        return switch (cause.reason()) {
            case "hang-up" -> hungUp(cause.by());
            case "cancelled" -> "The caller gave up before the call was answered.";
            case "declined" -> "The call was declined.";
            case "answered-elsewhere" -> "You answered on another page.";
            case "no-answer" -> "Nobody answered in time.";
            case "agent-lost" -> "The connection to your page was lost for too long.";
            case "stopping" -> "The gateway is being stopped.";
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
        String start = detail.substring(0, 1).toUpperCase(Locale.ROOT) + detail.substring(1);
        return start.endsWith(".") ? start : start + ".";
    }
}
