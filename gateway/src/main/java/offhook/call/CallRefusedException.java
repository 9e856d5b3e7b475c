package offhook.call;

import offhook.fault.PeerException;
import offhook.fault.Verdict;

/// No call can be opened now; the peer may try again later.
public final class CallRefusedException extends PeerException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /// @param reason a stable lower-case key such as `overload`, `draining`, `no-place`
    public CallRefusedException(Verdict verdict, String reason, String message) {
        super(verdict, message);
        this.reason = reason;
    }

    /// Why, as statistics have it.
    public String reason() {
        return reason;
    }
}
