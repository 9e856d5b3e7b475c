package offhook.sip;

import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.message.Request;
import javax.sip.message.Response;

/// Answers requests by their transactions where no leg does so itself (RFC 3261 §8.2.6). Any
/// thread; keeps no state of its own.
final class StatefulReply {

    private final SipMessages messages;

    StatefulReply(SipMessages messages) {
        this.messages = messages;
    }

    /// A response with nothing but what every response has, to be added to and sent.
    Response to(Request request, int status) {
        return messages.response(request, status, Identifiers.next());
    }

    /// Sends such a response.
    void answer(ServerTransaction transaction, int status)
            throws SipException, InvalidArgumentException {
        transaction.sendResponse(to(transaction.getRequest(), status));
    }
}
