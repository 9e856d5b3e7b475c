package offhook.sipws;

import offhook.call.EndCause;

/// Why legs of phones end.
final class EndCauses {

    private EndCauses() {}

    static EndCause offline() {
        return EndCause.gateway("offline", 480, 20, "the agent has no phone registered");
    }

    static EndCause answeredElsewhere() {
        return new EndCause(EndCause.By.CALLEE, EndCause.ANSWERED_ELSEWHERE, 200, 26, "");
    }

    static EndCause lost() {
        return EndCause.gateway("agent-lost", 480, 27, "the connection to the phone is lost");
    }
}
