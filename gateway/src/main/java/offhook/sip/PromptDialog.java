package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.SIPDialog;
import gov.nist.javax.sip.stack.SIPServerTransaction;
import gov.nist.javax.sip.stack.SIPTransaction;

/// A dialog that takes an ACK for what it is even when it comes while the 200 is still on its way
/// out. JAIN-SIP starts to count down to the next 200 after it has sent the first; a near peer has
/// acknowledged it by then, nobody stops the countdown, and when the peer sends another INVITE
/// before it is over, the 200 of the former one is sent again (RFC 3261 §13.3.1.4 stops it with the
/// ACK).
///
/// Besides, every PRACK is passed on, where JAIN-SIP knows only those that fit a response which it
/// sent by itself, and leaves others without an answer.
final class PromptDialog extends SIPDialog {

    private static final long serialVersionUID = 1;

    PromptDialog(SIPTransaction first) {
        super(first);
    }

    @Override
    protected void startTimer(SIPServerTransaction transaction) {
        super.startTimer(transaction);
        Long acknowledged = lastAckReceivedCSeqNumber;
        if (acknowledged != null && acknowledged >= transaction.getCSeq()) {
            stopTimer();
        }
    }

    @Override
    public boolean handlePrack(SIPRequest prack) {
        return true;
    }
}
