package offhook.web;

import offhook.fault.Blame;
import offhook.fault.PeerException;
import offhook.fault.Verdict;

/// A message of a page that cannot be served.
final class MessageException extends PeerException {

    private static final long serialVersionUID = 1L;

    private final boolean fatal;

    /// @param fatal whether not even its outline could be read, so that the socket is closed
    MessageException(boolean fatal, String message) {
        super(new Verdict(400, CloseCode.NOT_UNDERSTOOD, Blame.PEER), message);
        this.fatal = fatal;
    }

    boolean isFatal() {
        return fatal;
    }
}
