package offhook.sipws;

import java.time.Duration;
import java.util.Map;
import offhook.call.EndCause;
import offhook.runtime.Owner;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;
import offhook.sip.WireMessage;
import org.jspecify.annotations.Nullable;

/// A call that a phone makes: answers its INVITE (RFC 3261 §13.3). A 200 is not sent again while
/// its ACK is missing (§13.3.1.4), as there is nothing between the phone and us that could lose
/// either while the socket lives.
final class DialledCall extends PhoneCall {

    /// RFC 3261 §13.3.1.4: 64*T1.
    private static final Duration ACK_PATIENCE = Duration.ofSeconds(32);

    private enum State {
        RINGING,
        /// 200 was sent, its ACK has not come.
        ANSWERED,
        CONFIRMED,
        OVER
    }

    private final WireMessage invite;
    private State state = State.RINGING;
    private @Nullable EndCause endAfterAck;
    private Owner.@Nullable Deadline ackOverdue;

    DialledCall(Phone phone, DialledLeg leg, WireMessage invite, String contact) {
        super(phone, leg, PhoneDialog.opened(phone, invite, contact));
        this.invite = invite;
    }

    void trying() {
        answer(invite, 100);
    }

    void ringing() {
        if (state == State.RINGING) {
            phone().send(response(180).end());
        }
    }

    /// 183 with our description: what comes before the answer can be heard (RFC 3960).
    void progress(SessionDescription local) {
        if (state == State.RINGING) {
            phone().send(response(183).end(SDP, SdpWriter.write(local)));
        }
    }

    private MessageText response(int status) {
        return MessageText.response(invite, status, dialog().localTag())
                .field("Contact", dialog().contact());
    }

    void accept(SessionDescription local, Map<String, String> headers) {
        if (state != State.RINGING) {
            return;
        }
        state = State.ANSWERED;
        MessageText ok = refreshed(invite, accepted(invite));
        headers.forEach(ok::field);
        phone().send(ok.end(SDP, SdpWriter.write(local)));
        ackOverdue = leg().desk().owner().schedule(ACK_PATIENCE.toNanos(), this::onAckOverdue);
    }

    private void onAckOverdue() {
        if (state == State.ANSWERED) {
            state = State.CONFIRMED;
            leg().failed(
                            EndCause.gateway(
                                    "no-ack", 408, 102, "the phone never confirmed the answer"));
        }
    }

    /// Ends the call whatever its state. RFC 3261 §15: no BYE before the ACK.
    void hangUp(EndCause cause) {
        switch (state) {
            case RINGING -> {
                state = State.OVER;
                MessageText refusal =
                        MessageText.response(
                                invite, WireMessage.status(cause), dialog().localTag());
                reason(cause).ifPresent(value -> refusal.field("Reason", value));
                if (!cause.detail().isEmpty()) {
                    refusal.field("Warning", "399 offhook " + MessageText.quoted(cause.detail()));
                }
                phone().send(refusal.end());
                close();
            }
            case ANSWERED -> endAfterAck = cause;
            case CONFIRMED -> {
                state = State.OVER;
                bye(cause);
            }
            case OVER -> {}
        }
    }

    @Override
    void onAck() {
        if (state != State.ANSWERED) {
            return;
        }
        state = State.CONFIRMED;
        cancelAckDeadline();
        EndCause wanted = endAfterAck;
        if (wanted != null) {
            hangUp(wanted);
        }
    }

    private void cancelAckDeadline() {
        Owner.Deadline deadline = ackOverdue;
        ackOverdue = null;
        if (deadline != null) {
            deadline.cancel();
        }
    }

    /// CANCEL (RFC 3261 §9.2): too late once the INVITE has its final response.
    @Override
    void onCancel(WireMessage cancel) {
        if (!cancel.branch().equals(invite.branch()) || cancel.number() != invite.number()) {
            answer(cancel, 481);
            return;
        }
        answer(cancel, 200);
        if (state == State.RINGING) {
            giveUp();
            leg().ended(EndCause.cancelled());
        }
    }

    private void giveUp() {
        state = State.OVER;
        answer(invite, 487);
        close();
    }

    @Override
    boolean isAnswered() {
        return state == State.CONFIRMED || state == State.ANSWERED;
    }

    @Override
    void onHungUp() {
        cancelAckDeadline();
        if (state == State.RINGING) {
            answer(invite, 487);
        }
        state = State.OVER;
    }
}
