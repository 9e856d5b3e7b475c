package offhook.call;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Why a call or a leg ended: who, why, and the codes that say so to either side.
///
/// @param by who ended it
/// @param reason a stable lower-case key such as `declined`, `no-answer`, `consent-lost`
/// @param sipCode SIP status that fits (RFC 3261 §21); 200 for a normal end of an answered call
/// @param q850Cause Q.850 cause that fits (RFC 3326), 16 for normal clearing
/// @param detail one sentence for people; may be empty
/// @param headers header fields of the message that ended it, as far as they were let in; text from
///   outside
public record EndCause(
        By by,
        String reason,
        int sipCode,
        int q850Cause,
        String detail,
        Map<String, String> headers) {

    public EndCause {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /// Without header fields.
    public EndCause(By by, String reason, int sipCode, int q850Cause, String detail) {
        this(by, reason, sipCode, q850Cause, detail, Map.of());
    }

    /// The same cause, told by a message with these header fields.
    public EndCause with(Map<String, String> found) {
        return new EndCause(by, reason, sipCode, q850Cause, detail, found);
    }

    /// Who ended it.
    public enum By {
        CALLER,
        CALLEE,
        GATEWAY,
        OPERATOR
    }

    /// The [#reason] of a leg that rang while another one answered.
    public static final String ANSWERED_ELSEWHERE = "answered-elsewhere";

    /// The [#reason] of an agent that rang while another one of its queue answered.
    public static final String TAKEN_BY_COLLEAGUE = "taken-by-colleague";

    /// The [#reason] of a target that let it ring.
    static final String NO_ANSWER = "no-answer";

    static final String TRANSFERRED = "transferred";

    /// The [#reason] of a party whose browser was not heard of for too long.
    public static final String CONSENT_LOST = "consent-lost";

    private static final String AGENT_LOST = "agent-lost";

    /// A normal end after the call was answered.
    public static EndCause hangUp(By by) {
        return new EndCause(by, "hang-up", 200, 16, "");
    }

    /// The caller gave up before the call was answered (RFC 3261 §9).
    public static EndCause cancelled() {
        return new EndCause(By.CALLER, "cancelled", 487, 16, "the caller gave up");
    }

    /// The one who was called said no.
    public static EndCause declined() {
        return new EndCause(By.CALLEE, "declined", 603, 21, "declined");
    }

    /// Another agent of a queue answered first.
    static EndCause takenByColleague() {
        return gateway(TAKEN_BY_COLLEAGUE, 200, 26, "another agent answered");
    }

    /// A party led the other one on to somebody else, and is not needed any more.
    static EndCause transferred(By by) {
        return new EndCause(by, TRANSFERRED, 200, 16, "");
    }

    /// Another leg took the place of this one.
    static EndCause replaced() {
        return gateway("replaced", 200, 16, "another leg took its place");
    }

    /// The target did not answer in its time.
    static EndCause noAnswer() {
        return gateway(NO_ANSWER, 480, 19, "nobody answered");
    }

    /// No agent can take the call.
    ///
    /// @param reason why the latest could not: `offline`, `away`, `busy`, ...
    static EndCause noAgent(String reason) {
        String key = "agent-" + reason;
        return switch (reason) {
            case "busy" -> gateway(key, 486, 17, "the agent is in another call");
            case "away" -> gateway(key, 480, 20, "the agent is away");
            case "offline" -> gateway(key, 480, 20, "the agent is not signed in");
            default -> gateway(key, 480, 20, "no agent is reachable");
        };
    }

    /// A browser never reached our media port.
    public static EndCause mediaTimeout() {
        return gateway(
                "media-timeout",
                480,
                41,
                "the agent's browser did not reach the gateway's media port");
    }

    /// The gateway is being stopped.
    static EndCause gatewayStops() {
        return gateway("gateway-stops", 503, 41, "the gateway is being stopped");
    }

    /// Who operates the gateway ended it.
    static EndCause byOperator() {
        return new EndCause(By.OPERATOR, "operator", 480, 31, "the operator ended the call");
    }

    /// The page that holds the call did not come back.
    public static EndCause agentLost() {
        return gateway(AGENT_LOST, 480, 27, "the connection to the agent's page is lost");
    }

    /// Whether a party did not end its part, but is not there any more.
    boolean isLoss() {
        return by == By.GATEWAY && (reason.equals(AGENT_LOST) || reason.equals(CONSENT_LOST));
    }

    /// The gateway ends it.
    public static EndCause gateway(String reason, int sipCode, int q850Cause, String detail) {
        return new EndCause(By.GATEWAY, reason, sipCode, q850Cause, detail);
    }
}
