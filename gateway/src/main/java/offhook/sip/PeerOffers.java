package offhook.sip;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import javax.sip.ServerTransaction;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// What the peer of a dialog wants changed of the session (RFC 3261 §14.2, RFC 3311 §5.2): one
/// offer at a time waits for the call's word. Where the peer wants us to offer, its ACK owes us the
/// answer (RFC 3261 §13.2.1). Any thread; what waits is taken by compare-and-set, and whoever takes
/// it has the duty to answer.
final class PeerOffers {

    private static final Logger LOG = LogManager.getLogger(PeerOffers.class);

    private record Waiting(ServerTransaction transaction, boolean weOffer) {}

    private final LegId leg;
    private final DialogReplies replies;
    private final SessionKeeper session;
    private final Predicate<CallInput> call;
    private final AtomicReference<@Nullable Waiting> waiting = new AtomicReference<>();

    /// Whether a 200 of ours carried an offer, so that its ACK must carry the answer. Written by
    /// the thread that is about to send the 200, read by the one that got the ACK.
    private volatile boolean ackOwesAnswer;

    /// @param call is offered what the peer wants; false when it takes in nothing more
    /// @param ackOwesAnswer whether our answer to the peer's INVITE will be an offer
    PeerOffers(
            LegId leg,
            DialogReplies replies,
            SessionKeeper session,
            Predicate<CallInput> call,
            boolean ackOwesAnswer) {
        this.leg = leg;
        this.replies = replies;
        this.session = session;
        this.call = call;
        this.ackOwesAnswer = ackOwesAnswer;
    }

    /// Whether one waits for the call's word.
    boolean isWaiting() {
        return waiting.get() != null;
    }

    /// A re-INVITE, UPDATE or PRACK with an offer, or a re-INVITE that wants one of us.
    void take(ServerTransaction transaction, Optional<SessionDescription> offer) {
        if (session.isOffering()) {
            replies.answer(transaction, Response.REQUEST_PENDING); // RFC 3261 §14.2
            return;
        }
        Waiting wanted = new Waiting(transaction, offer.isEmpty());
        if (!waiting.compareAndSet(null, wanted)) {
            replies.refuseOverlap(transaction);
            return;
        }
        if (transaction.getRequest().getMethod().equals(Request.INVITE)) {
            replies.trying(transaction);
        }
        if (!call.test(new CallInput.LegRenegotiating(leg, offer))
                && waiting.compareAndSet(wanted, null)) {
            replies.refuseOverlap(transaction);
        }
    }

    /// The call agrees; the peer is told so, if it still waits.
    void answer(SessionDescription local) {
        Waiting answered = waiting.getAndSet(null);
        if (answered != null) {
            if (answered.weOffer()) {
                ackOwesAnswer = true;
            }
            session.describes(local);
            if (answered.transaction().getRequest().getMethod().equals(Request.PRACK)) {
                replies.answer(answered.transaction(), local);
            } else {
                replies.accept(answered.transaction(), Optional.of(local), session);
            }
        }
    }

    /// The call does not agree.
    void refuse(EndCause cause) {
        refuse(cause.sipCode() >= 400 ? cause.sipCode() : Response.NOT_ACCEPTABLE_HERE);
    }

    /// RFC 3261 §15.1.2: what still waits for an answer when the dialog ends gets 487.
    void drop() {
        refuse(Response.REQUEST_TERMINATED);
    }

    private void refuse(int status) {
        Waiting refused = waiting.getAndSet(null);
        if (refused != null) {
            replies.answer(refused.transaction(), status);
        }
    }

    /// Whether an ACK is to bring an answer.
    boolean isAnswerOwed() {
        return ackOwesAnswer;
    }

    /// An offer of ours was answered before the ACK.
    void answered() {
        ackOwesAnswer = false;
    }

    /// Tells the call of an ACK, with the answer that it owes.
    ///
    /// @return false when it owes one and brings none that is of use
    boolean confirm(Request ack) {
        if (!ackOwesAnswer) {
            var _ = call.test(new CallInput.LegConfirmed(leg, Optional.empty()));
            return true;
        }
        ackOwesAnswer = false;
        try {
            Optional<SessionDescription> answer = SipDialogLeg.body(ack);
            if (answer.isPresent()) {
                var _ = call.test(new CallInput.LegConfirmed(leg, answer));
                return true;
            }
            LOG.debug("no answer in ack leg={}", leg);
        } catch (SdpException e) {
            LOG.debug(
                    "bad answer in ack leg={} because={}",
                    leg,
                    LogText.of(SipDialogLeg.message(e)));
        }
        return false;
    }
}
