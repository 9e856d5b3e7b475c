package offhook.sdp;

import offhook.fault.PeerException;
import offhook.fault.Verdict;

/// A session description that cannot be read or cannot be served.
public final class SdpException extends PeerException {

    private static final long serialVersionUID = 1L;

    public SdpException(Verdict verdict, String message) {
        super(verdict, message);
    }
}
