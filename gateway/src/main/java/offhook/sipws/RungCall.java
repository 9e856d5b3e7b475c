package offhook.sipws;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Party;
import offhook.fault.PeerException;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;
import offhook.sip.Identifiers;
import offhook.sip.WireMessage;

/// The call as it rings at one phone: our INVITE (RFC 3261 §13.2.1).
final class RungCall extends PhoneCall {

    /// With these the user says no, by whatever button: the libraries of browsers send 480 for it.
    private static final Set<Integer> BY_USER = Set.of(403, 480, 486, 600, 603);

    private enum State {
        /// Waits for our offer.
        NEW,
        /// Nothing was heard, so no CANCEL may be sent yet (RFC 3261 §9.1).
        CALLING,
        PROCEEDING,
        /// Given up; its last word is waited for.
        CANCELLED,
        CONFIRMED,
        OVER
    }

    private final IncomingCall incoming;
    private final String branch = Identifiers.nextBranch();
    private State state = State.NEW;
    private EndCause cancelledFor = EndCause.cancelled();
    private String ack = "";
    private boolean heard;

    RungCall(Phone phone, RungLeg leg, IncomingCall incoming) {
        super(phone, leg, PhoneDialog.opening(phone, caller(phone, incoming.shownCaller())));
        this.incoming = incoming;
    }

    private static String caller(Phone phone, Party caller) {
        if (caller.number().isEmpty()) {
            return "\"Anonymous\" <sip:anonymous@anonymous.invalid>";
        }
        String uri = "<sip:" + MessageText.user(caller.number()) + "@" + phone.host() + ">";
        return caller.displayName().isEmpty()
                ? uri
                : MessageText.quoted(caller.displayName()) + " " + uri;
    }

    private RungLeg rung() {
        return (RungLeg) leg();
    }

    /// Rings.
    void invite(SessionDescription offer) {
        if (state != State.NEW) {
            return;
        }
        state = State.CALLING;
        MessageText invite =
                dialog().request("INVITE", branch)
                        .field("Contact", dialog().contact())
                        .field("Allow", ALLOW);
        for (Map.Entry<String, String> let : incoming.details().headers().entrySet()) {
            invite.field(let.getKey(), let.getValue());
        }
        phone().ask(branch, invite.end(SDP, SdpWriter.write(offer)), this::onResponse);
    }

    private void onResponse(Optional<WireMessage> response) {
        if (response.isEmpty()) {
            over();
            rung().onRefused(this, false, EndCauses.offline());
            return;
        }
        WireMessage said = response.get();
        heard = true;
        if (said.status() >= 300) {
            onRefused(said);
        } else if (said.status() >= 200) {
            onOk(said);
        } else if (state == State.CANCELLED) {
            sendCancel();
        } else if (state == State.CALLING || state == State.PROCEEDING) {
            state = State.PROCEEDING;
            if (said.status() >= 180) {
                rung().onAlerting();
            }
        }
    }

    private void onRefused(WireMessage refusal) {
        phone().forget(branch);
        phone().send(dialog().refused(refusal, branch).end());
        boolean ringing = state == State.CALLING || state == State.PROCEEDING;
        over();
        if (ringing) {
            boolean byUser = BY_USER.contains(refusal.status());
            rung().onRefused(this, byUser, cause(refusal.status(), byUser));
        }
    }

    private static EndCause cause(int status, boolean byUser) {
        return byUser
                ? new EndCause(
                        EndCause.By.CALLEE,
                        status == 486 || status == 600 ? "busy" : "declined",
                        status == 480 ? 603 : status,
                        WireMessage.q850(status == 480 ? 603 : status),
                        "declined")
                : EndCause.gateway(
                        "unavailable",
                        480,
                        20,
                        "the agent's phone answered " + status + " " + WireMessage.phrase(status));
    }

    private void onOk(WireMessage ok) {
        switch (state) {
            case CALLING, PROCEEDING -> onAnswer(ok);
            case CONFIRMED, OVER -> {
                if (!ack.isEmpty()) {
                    phone().send(ack); // 200 again: the ACK was lost with a socket
                }
            }
            case CANCELLED -> {
                // RFC 3261 §13.2.2.4: it crossed our CANCEL.
                if (establish(ok)) {
                    hangUpUnwanted(cancelledFor);
                }
            }
            case NEW -> {}
        }
    }

    private void onAnswer(WireMessage ok) {
        if (!establish(ok)) {
            over();
            rung().onRefused(this, false, EndCauses.offline());
            return;
        }
        try {
            SessionDescription answer = description(ok);
            acknowledge();
            state = State.CONFIRMED;
            if (!rung().onAccepted(this, answer)) {
                hangUp(EndCauses.answeredElsewhere());
            }
        } catch (PeerException e) {
            EndCause bad = EndCause.gateway("bad-sdp", 488, 88, e.explanation());
            hangUpUnwanted(bad);
            rung().onRefused(this, false, bad);
        }
    }

    private boolean establish(WireMessage ok) {
        try {
            Optional<WireMessage.Contact> contact = ok.contact();
            if (contact.isEmpty() || ok.toTag().isEmpty()) {
                return false;
            }
            dialog().established(ok, contact.get().uri());
            return true;
        } catch (PeerException _) {
            return false;
        }
    }

    private void hangUpUnwanted(EndCause cause) {
        acknowledge();
        state = State.OVER;
        bye(cause);
    }

    private void acknowledge() {
        ack =
                dialog().request("ACK", Identifiers.nextBranch(), 1)
                        .field("Contact", dialog().contact())
                        .end();
        phone().send(ack);
    }

    /// It rings there no more.
    void cancel(EndCause why) {
        if (state == State.CALLING || state == State.PROCEEDING) {
            boolean heardOfIt = heard;
            state = State.CANCELLED;
            cancelledFor = why;
            if (heardOfIt) {
                sendCancel();
            }
        } else if (state == State.NEW) {
            over();
        }
    }

    private void sendCancel() {
        MessageText cancel = dialog().request("CANCEL", branch, 1);
        reason(cancelledFor).ifPresent(value -> cancel.field("Reason", value));
        // The CANCEL has the branch of its INVITE: their responses are told apart by the method.
        phone().send(cancel.end());
    }

    void hangUp(EndCause cause) {
        switch (state) {
            case CONFIRMED -> {
                state = State.OVER;
                bye(cause);
            }
            case NEW, CALLING, PROCEEDING, CANCELLED, OVER -> {}
        }
    }

    private void over() {
        state = State.OVER;
        close();
    }

    @Override
    void close() {
        phone().forget(branch);
        super.close();
    }

    @Override
    void onAck() {}

    /// Only who sent an INVITE cancels it.
    @Override
    void onCancel(WireMessage cancel) {
        answer(cancel, 481);
    }

    @Override
    boolean isAnswered() {
        return state == State.CONFIRMED;
    }

    @Override
    void onHungUp() {
        state = State.OVER;
    }
}
