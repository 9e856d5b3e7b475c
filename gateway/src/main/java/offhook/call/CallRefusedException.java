package offhook.call;

import offhook.fault.PeerException;
import offhook.fault.Verdict;

/// No call can be opened now; the peer may try again later.
public final class CallRefusedException extends PeerException {

    private static final long serialVersionUID = 1L;

    public CallRefusedException(Verdict verdict, String message) {
        super(verdict, message);
    }
}
