package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.header.ContactHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.config.TrunkConfig;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The dialog of a call that came in from a trunk (RFC 3261 §12, §13.3, §14.2, §15).
///
/// Two kinds of threads meet here: the call's own, in the methods of [Leg], and JAIN-SIP's, in the
/// `on...` methods. All they share is the phase, which moves by compare-and-set: whoever moves it
/// has the right, and the duty, to send what belongs to the move. So a CANCEL that races an answer
/// either ends the leg or finds it answered, never both.
///
/// ```text
/// RINGING -> ANSWERED -> CONFIRMED -> ENDED     200 sent, ACK received
///    |          \-> ENDING ------------^        our BYE waits for the ACK (RFC 3261 §15)
///    \---------------------------------^        refused or cancelled
/// ```
final class SipDialogLeg implements Leg {

    private static final Logger LOG = LogManager.getLogger(SipDialogLeg.class);

    enum Phase {
        /// The INVITE has no final response.
        RINGING,
        /// 200 was sent, its ACK has not come.
        ANSWERED,
        /// As ANSWERED, and BYE is to follow the ACK.
        ENDING,
        /// The ACK came.
        CONFIRMED,
        /// Refused, cancelled or hung up.
        ENDED
    }

    /// What stays the same for the dialog's life.
    ///
    /// @param provider through which it came
    /// @param messages makes our responses
    /// @param contact our own address in it
    /// @param dialogs where it is found by what comes in
    record Setting(
            SipProvider provider, SipMessages messages, ContactHeader contact, Dialogs dialogs) {}

    /// A re-INVITE or UPDATE that waits for the call's word.
    private record Renegotiation(ServerTransaction transaction, boolean weOffer) {}

    private final LegId id;
    private final TrunkConfig trunk;
    private final Setting setting;
    private final ServerTransaction invite;
    private final Dialog dialog;
    private final Dialogs.Key key;
    private final String peerHost;
    private final int peerPort;
    private final String localTag = Identifiers.next();
    private final CompletableFuture<CallInbox> inbox = new CompletableFuture<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RINGING);
    private final AtomicReference<@Nullable Renegotiation> renegotiation = new AtomicReference<>();
    private final AtomicReference<@Nullable EndCause> endAfterAck = new AtomicReference<>();

    /// Whether a 200 of ours carried an offer, so that its ACK must carry the answer. Written by
    /// the thread that is about to send the 200, read by the one that got the ACK.
    private volatile boolean ackOwesAnswer;

    SipDialogLeg(LegId id, TrunkConfig trunk, ServerTransaction invite, Setting setting) {
        this.id = id;
        this.trunk = trunk;
        this.setting = setting;
        this.invite = invite;
        this.dialog = invite.getDialog();
        SIPRequest request = (SIPRequest) invite.getRequest();
        this.key = new Dialogs.Key(request.getCallId().getCallId(), request.getFromTag());
        this.peerHost = request.getPeerPacketSourceAddress().getHostAddress();
        this.peerPort = request.getPeerPacketSourcePort();
        this.ackOwesAnswer = request.getRawContent() == null;
        setting.dialogs().add(key, this);
    }

    LegId id() {
        return id;
    }

    TrunkConfig trunk() {
        return trunk;
    }

    Phase phase() {
        return phase.get();
    }

    /// Where the INVITE came from.
    String peerHost() {
        return peerHost;
    }

    /// The port that the INVITE came from.
    int peerPort() {
        return peerPort;
    }

    /// Names the call that the leg reports to.
    void bind(CallInbox call) {
        inbox.complete(call);
    }

    // ---- what the call wants; on the call's thread

    @Override
    public void alert() {
        if (phase.get() == Phase.RINGING) {
            Response ringing = respond(invite, Response.RINGING);
            setting.messages().addContact(ringing, setting.contact());
            send(invite, ringing);
        }
    }

    @Override
    public void answer(SessionDescription local) {
        if (phase.compareAndSet(Phase.RINGING, Phase.ANSWERED)) {
            Response ok = accepting(invite);
            setting.messages().describe(ok, local);
            if (!send(invite, ok)) {
                over(EndCause.gateway("network", 503, 41, "the answer could not be sent"));
            }
        }
    }

    /// Nothing to tell: the caller heard so by our 200.
    @Override
    public void connected() {}

    @Override
    public void answerUpdate(SessionDescription local) {
        Renegotiation waiting = renegotiation.getAndSet(null);
        if (waiting != null) {
            if (waiting.weOffer()) {
                ackOwesAnswer = true;
            }
            Response ok = accepting(waiting.transaction());
            setting.messages().describe(ok, local);
            send(waiting.transaction(), ok);
        }
    }

    @Override
    public void refuseUpdate(EndCause cause) {
        Renegotiation waiting = renegotiation.getAndSet(null);
        if (waiting != null) {
            int status = cause.sipCode() >= 400 ? cause.sipCode() : Response.NOT_ACCEPTABLE_HERE;
            send(waiting.transaction(), respond(waiting.transaction(), status));
        }
    }

    /// Digits travel as RTP events (RFC 4733), which is the media's affair.
    @Override
    public void showDigit(char digit) {}

    @Override
    public void end(EndCause cause) {
        if (phase.compareAndSet(Phase.RINGING, Phase.ENDED)) {
            refuse(finalStatus(cause), cause);
            forget();
            return;
        }
        endAfterAck.set(cause);
        if (phase.compareAndSet(Phase.ANSWERED, Phase.ENDING)) {
            return; // RFC 3261 §15: no BYE before the ACK has come or is overdue
        }
        if (phase.compareAndSet(Phase.CONFIRMED, Phase.ENDED)) {
            sendBye(cause);
            forget();
        }
    }

    private static int finalStatus(EndCause cause) {
        return cause.sipCode() >= 400 && cause.sipCode() <= 699
                ? cause.sipCode()
                : Response.TEMPORARILY_UNAVAILABLE;
    }

    // ---- what the peer does; on JAIN-SIP's threads

    /// The gateway takes no call now; nobody was told of this one.
    void refuseAtOnce(int status, String why) {
        if (phase.compareAndSet(Phase.RINGING, Phase.ENDED)) {
            Response response = respond(invite, status);
            setting.messages().addWarning(response, warningAgent(), why);
            if (status == Response.SERVICE_UNAVAILABLE) {
                setting.messages().addRetryAfter(response, 5);
            }
            send(invite, response);
            forget();
        }
    }

    void onAck(Request ack) {
        if (phase.compareAndSet(Phase.ANSWERED, Phase.CONFIRMED)) {
            confirm(ack, true);
        } else if (phase.compareAndSet(Phase.ENDING, Phase.ENDED)) {
            hangUpAsWanted();
        } else if (phase.get() == Phase.CONFIRMED && ackOwesAnswer) {
            confirm(ack, false);
        }
    }

    private void confirm(Request ack, boolean first) {
        if (!ackOwesAnswer) {
            offer(new CallInput.LegConfirmed(id, Optional.empty()));
            return;
        }
        ackOwesAnswer = false;
        try {
            Optional<SessionDescription> answer = body(ack);
            if (answer.isPresent()) {
                offer(new CallInput.LegConfirmed(id, answer));
                return;
            }
            LOG.debug("no answer in ack leg={} first={}", id, first);
        } catch (SdpException e) {
            LOG.debug("bad answer in ack leg={} because={}", id, LogText.of(message(e)));
        }
        hangUp(EndCause.gateway("bad-answer", 488, 88, "the caller sent no usable answer"));
    }

    /// CANCEL (RFC 3261 §9.2): too late once the INVITE has its final response.
    void onCancel(ServerTransaction cancel) {
        send(cancel, respond(cancel, Response.OK));
        if (phase.compareAndSet(Phase.RINGING, Phase.ENDED)) {
            send(invite, respond(invite, Response.REQUEST_TERMINATED));
            ended(EndCause.cancelled());
        }
    }

    /// BYE (RFC 3261 §15.1.2).
    void onBye(ServerTransaction bye) {
        Phase before = phase.getAndSet(Phase.ENDED);
        send(bye, respond(bye, Response.OK));
        Renegotiation waiting = renegotiation.getAndSet(null);
        if (waiting != null) {
            send(
                    waiting.transaction(),
                    respond(waiting.transaction(), Response.REQUEST_TERMINATED));
        }
        switch (before) {
            case RINGING -> {
                send(invite, respond(invite, Response.REQUEST_TERMINATED));
                ended(EndCause.cancelled());
            }
            case ANSWERED, CONFIRMED -> ended(EndCause.hangUp(EndCause.By.CALLER));
            case ENDING -> forget();
            case ENDED -> {}
        }
    }

    /// Re-INVITE (RFC 3261 §14.2) or UPDATE (RFC 3311 §5.2).
    void onRenegotiation(ServerTransaction transaction) {
        boolean update = transaction.getRequest().getMethod().equals(Request.UPDATE);
        Optional<SessionDescription> offer;
        try {
            offer = body(transaction.getRequest());
        } catch (SdpException e) {
            Response response = respond(transaction, e.verdict().sipStatus());
            setting.messages().addWarning(response, warningAgent(), message(e));
            send(transaction, response);
            return;
        }
        if (update && offer.isEmpty()) {
            send(transaction, accepting(transaction)); // only refreshes the dialog
            return;
        }
        switch (phase.get()) {
            case RINGING -> sendBusy(transaction);
            case ANSWERED, ENDING ->
                    send(transaction, respond(transaction, Response.REQUEST_PENDING));
            case ENDED ->
                    send(
                            transaction,
                            respond(transaction, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST));
            case CONFIRMED -> renegotiate(transaction, offer);
        }
    }

    private void renegotiate(ServerTransaction transaction, Optional<SessionDescription> offer) {
        Renegotiation wanted = new Renegotiation(transaction, offer.isEmpty());
        if (!renegotiation.compareAndSet(null, wanted)) {
            sendBusy(transaction);
            return;
        }
        if (transaction.getRequest().getMethod().equals(Request.INVITE)) {
            send(transaction, setting.messages().trying(transaction.getRequest()));
        }
        if (!offer(new CallInput.LegRenegotiating(id, offer))
                && renegotiation.compareAndSet(wanted, null)) {
            sendBusy(transaction);
        }
    }

    /// RFC 3261 §14.2: another offer is being answered; come back after a random while.
    private void sendBusy(ServerTransaction transaction) {
        Response response = respond(transaction, Response.SERVER_INTERNAL_ERROR);
        setting.messages().addRetryAfter(response, ThreadLocalRandom.current().nextInt(11));
        send(transaction, response);
    }

    /// A digit by INFO.
    void onDigit(char digit, int durationMillis) {
        if (phase.get() == Phase.CONFIRMED) {
            offer(new CallInput.DigitReceived(id, digit, durationMillis));
        }
    }

    /// No ACK came within 64*T1 (RFC 3261 §13.3.1.4).
    void onAckOverdue() {
        if (phase.compareAndSet(Phase.ENDING, Phase.ENDED)) {
            hangUpAsWanted();
            return;
        }
        hangUp(EndCause.gateway("no-ack", 408, 102, "the caller never confirmed the answer"));
    }

    /// The stack gave up on the INVITE before anybody answered it.
    void onInviteOverdue() {
        if (phase.compareAndSet(Phase.RINGING, Phase.ENDED)) {
            EndCause cause = EndCause.gateway("no-answer", 480, 19, "nobody answered in time");
            refuse(cause.sipCode(), cause);
            ended(cause);
        }
    }

    // ---- shared

    /// Ends an answered leg by our own will and tells the call.
    private void hangUp(EndCause cause) {
        if (phase.compareAndSet(Phase.CONFIRMED, Phase.ENDED)
                || phase.compareAndSet(Phase.ANSWERED, Phase.ENDED)) {
            try {
                sendBye(cause);
            } finally {
                ended(cause);
            }
        }
    }

    private void hangUpAsWanted() {
        EndCause wanted = endAfterAck.get();
        sendBye(wanted == null ? EndCause.hangUp(EndCause.By.GATEWAY) : wanted);
        forget();
    }

    private void refuse(int status, EndCause cause) {
        Response response = respond(invite, status);
        setting.messages().reason(cause).ifPresent(response::setHeader);
        if (status == Response.SERVICE_UNAVAILABLE) {
            setting.messages().addRetryAfter(response, 5);
        }
        send(invite, response);
    }

    private void sendBye(EndCause cause) {
        Renegotiation waiting = renegotiation.getAndSet(null);
        if (waiting != null) {
            send(
                    waiting.transaction(),
                    respond(waiting.transaction(), Response.REQUEST_TERMINATED));
        }
        try {
            Request bye = dialog.createRequest(Request.BYE);
            ((ViaHeader) bye.getHeader(ViaHeader.NAME)).setBranch(Identifiers.nextBranch());
            setting.messages().reason(cause).ifPresent(bye::setHeader);
            ClientTransaction transaction = setting.provider().getNewClientTransaction(bye);
            dialog.sendRequest(transaction);
            LOG.debug("sent method=BYE leg={}", id);
        } catch (SipException | ParseException e) {
            // The peer is out of reach; its own end will come by its media or session timer.
            LOG.debug("bye not sent leg={}", id, e);
            dialog.delete();
        }
    }

    private Response respond(ServerTransaction transaction, int status) {
        return setting.messages().response(transaction.getRequest(), status, localTag);
    }

    private Response accepting(ServerTransaction transaction) {
        Response ok = respond(transaction, Response.OK);
        setting.messages().addContact(ok, setting.contact());
        setting.messages().addCapabilities(ok);
        return ok;
    }

    private boolean send(ServerTransaction transaction, Response response) {
        try {
            transaction.sendResponse(response);
            LOG.debug(
                    "sent status={} method={} leg={}",
                    response.getStatusCode(),
                    transaction.getRequest().getMethod(),
                    id);
            return true;
        } catch (SipException | InvalidArgumentException e) {
            LOG.debug("not sent status={} leg={}", response.getStatusCode(), id, e);
            return false;
        }
    }

    private void over(EndCause cause) {
        if (phase.getAndSet(Phase.ENDED) != Phase.ENDED) {
            ended(cause);
        }
    }

    private void ended(EndCause cause) {
        offer(new CallInput.LegEnded(id, cause));
        forget();
    }

    private void forget() {
        setting.dialogs().remove(key, this);
    }

    /// Offers to the call, or as soon as the call is known.
    private boolean offer(CallInput input) {
        if (inbox.isDone()) {
            return inbox.join().offer(input);
        }
        var _ = inbox.thenAccept(call -> call.offer(input));
        return true;
    }

    private String warningAgent() {
        return setting.provider().getListeningPoints()[0].getIPAddress();
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? "" : e.getMessage();
    }

    /// The description that a message carries.
    static Optional<SessionDescription> body(Request request) throws SdpException {
        byte[] content = request.getRawContent();
        if (content == null || content.length == 0) {
            return Optional.empty();
        }
        return Optional.of(SdpParser.parse(new String(content, StandardCharsets.UTF_8)));
    }
}
