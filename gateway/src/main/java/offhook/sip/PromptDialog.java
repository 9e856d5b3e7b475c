package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.SIPDialog;
import gov.nist.javax.sip.stack.SIPServerTransaction;
import gov.nist.javax.sip.stack.SIPTransaction;

/// A dialog that takes an ACK for what it is even when it comes while the 200 is still on its way
/// out. JAIN-SIP starts to count down to the next 200 after it has sent the first, and knows an ACK
/// only by what counts down: a near peer has acknowledged by then, its ACK stops nothing, and the
/// 200 is sent again, which the peer may take for the answer to what it has sent since (RFC 3261
/// §13.3.1.4 stops it with the ACK).
///
/// Besides, every PRACK is passed on, where JAIN-SIP knows only those that fit a response which it
/// sent by itself, and leaves others without an answer.
final class PromptDialog extends SIPDialog {

    private static final long serialVersionUID = 1;

    /// The number (CSeq) of the latest INVITE whose 200 was acknowledged. Written by the thread
    /// that has the ACK before it stops the countdown, read by the one that sent the 200 after it
    /// started it: one of the two sees what the other did.
    private volatile long acknowledged = -1;

    PromptDialog(SIPTransaction first) {
        super(first);
    }

    @Override
    public boolean handleAck(SIPServerTransaction ack) {
        boolean ofLatestAnswer = super.handleAck(ack);
        if (ofLatestAnswer) {
            acknowledged = ack.getCSeq();
            lastAckReceivedCSeqNumber = acknowledged;
            stopTimer();
        }
        return ofLatestAnswer;
    }

    @Override
    protected void startTimer(SIPServerTransaction transaction) {
        super.startTimer(transaction);
        if (acknowledged >= transaction.getCSeq()) {
            stopTimer();
        }
    }

    @Override
    public boolean handlePrack(SIPRequest prack) {
        return true;
    }
}
