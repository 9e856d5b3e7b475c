package offhook.sip;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.sip.ClientTransaction;
import javax.sip.ServerTransaction;
import javax.sip.message.Message;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.DigitPath;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.TransferReport;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.CloseableThreadContext;
import org.jspecify.annotations.Nullable;

/// The dialog of a leg on a trunk (RFC 3261 §12, §14.2, §15), whoever opened it: what its INVITE
/// goes through is [IncomingSipLeg]'s or [OutgoingSipLeg]'s.
///
/// Two kinds of threads meet here: the call's own, in the methods of [Leg], and JAIN-SIP's, in the
/// `on...` methods. All they share is the phase, which moves by compare-and-set: whoever moves it
/// has the right, and the duty, to send what belongs to the move. So a CANCEL that races an answer
/// either ends the leg or finds it answered, never both.
///
/// ```text
/// RINGING -> ANSWERED -> CONFIRMED -> ENDED     200 and ACK
///    |          \-> ENDING ------------^        our BYE waits for the ACK (RFC 3261 §15)
///    \---------------------------------^        refused or cancelled
/// ```
abstract sealed class SipDialogLeg implements Leg permits IncomingSipLeg, OutgoingSipLeg {

    enum Phase {
        /// The INVITE has no final response.
        RINGING,
        /// 200 was sent, its ACK has not come. Not of a dialog that we opened.
        ANSWERED,
        /// As ANSWERED, and BYE is to follow the ACK.
        ENDING,
        /// The ACK came.
        CONFIRMED,
        /// Refused, cancelled or hung up.
        ENDED
    }

    private final LegId id;
    private final TrunkConfig trunk;
    private final Dialogs dialogs;
    private final DialogSender sender;
    private final DialogReplies replies;
    private final InfoDigits digits;
    private final SessionKeeper session;
    private final PeerOffers peerOffers;
    private final OutgoingRefer outgoingRefer;
    private final IncomingRefer incomingRefer;

    /// Written by JAIN-SIP's threads before the dialog is confirmed, read by the call's.
    private volatile boolean peerTakesInfo;

    /// The leg's place among the calls of its trunk.
    private final AtomicReference<TrunkLoad.@Nullable Slot> slot = new AtomicReference<>();

    private final CompletableFuture<CallInbox> inbox = new CompletableFuture<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RINGING);
    private final AtomicReference<@Nullable EndCause> endAfterAck = new AtomicReference<>();

    /// @param dialogs where the dialog is found by what comes in
    /// @param clock what the session timer runs by
    /// @param ackOwesAnswer whether our answer to the peer's INVITE will be an offer
    SipDialogLeg(
            LegId id,
            TrunkConfig trunk,
            Dialogs dialogs,
            DialogSender sender,
            NanoClock clock,
            boolean ackOwesAnswer) {
        this.id = id;
        this.trunk = trunk;
        this.dialogs = dialogs;
        this.sender = sender;
        this.replies = sender.replies();
        this.digits = new InfoDigits(id, sender::info, () -> phase.get() == Phase.CONFIRMED);
        this.outgoingRefer = new OutgoingRefer(id, trunk, sender, this::offer);
        this.incomingRefer = new IncomingRefer(id, trunk, dialogs, sender, this::offer);
        this.session =
                new SessionKeeper(
                        id,
                        trunk.sessionTimers(),
                        clock,
                        sender,
                        this::isSettled,
                        this::hangUp,
                        this instanceof OutgoingSipLeg);
        this.peerOffers = new PeerOffers(id, replies, session, this::offer, ackOwesAnswer);
    }

    private boolean isSettled() {
        return phase.get() == Phase.CONFIRMED && !peerOffers.isWaiting();
    }

    /// Notes which methods the peer serves, by its INVITE or its answer to ours (RFC 3261 §20.5).
    final void notePeer(SIPMessage message) {
        AllowedMethods allowed = AllowedMethods.of(message);
        session.notePeer(allowed);
        peerTakesInfo |= allowed.has(Request.INFO);
        if (allowed.isListed()) {
            outgoingRefer.peerServes(allowed.has(Request.REFER));
        }
    }

    LegId id() {
        return id;
    }

    TrunkConfig trunk() {
        return trunk;
    }

    /// What lines of the log are about while the leg does something on the calling thread.
    CloseableThreadContext.Instance inLog() {
        return sender.inLog();
    }

    Phase phase() {
        return phase.get();
    }

    /// Whether a To tag is ours.
    boolean isLocalTag(String tag) {
        return tag.equals(sender.localTag());
    }

    /// Whether a request without a To tag belongs to the transaction of the peer's INVITE, or is
    /// its CANCEL (RFC 3261 §17.2.3, §9.2). The case of a branch says nothing, as JAIN-SIP has it.
    abstract boolean isOfInvite(String branch, long number);

    /// Where requests go when what the dialog names leads nowhere.
    abstract String peerHost();

    /// The port that belongs to it.
    abstract int peerPort();

    /// From where the peer's INVITE came, or where ours went.
    abstract InetAddress peerAddress();

    /// The leg ends before its INVITE has a final response: refuses or cancels it.
    abstract void giveUpInvite(EndCause cause);

    /// What ends the dialog should this process die; empty when there is nothing to end.
    final Optional<LeftDialog> note() {
        Phase now = phase.get();
        return now == Phase.ANSWERED || now == Phase.CONFIRMED
                ? sender.note(peerHost(), peerPort(), this instanceof IncomingSipLeg)
                : Optional.empty();
    }

    /// Is found by no request any more.
    abstract void forget();

    final Dialogs dialogs() {
        return dialogs;
    }

    final DialogSender sender() {
        return sender;
    }

    /// What answers requests of the peer.
    final DialogReplies replies() {
        return replies;
    }

    /// What keeps the session alive.
    final SessionKeeper session() {
        return session;
    }

    /// What the peer wants changed of the session.
    final PeerOffers peerOffers() {
        return peerOffers;
    }

    /// Moves the leg on, if it still stands where the caller believes.
    final boolean moves(Phase from, Phase to) {
        return phase.compareAndSet(from, to);
    }

    /// Takes over a place among the calls of the trunk, until the leg is over.
    final void holds(TrunkLoad.Slot taken) {
        slot.set(taken);
    }

    /// Gives that place back. Idempotent.
    final void giveBackSlot() {
        TrunkLoad.Slot taken = slot.getAndSet(null);
        if (taken != null) {
            taken.giveBack();
        }
    }

    /// Names the call that the leg reports to.
    void bind(CallInbox call) {
        inbox.complete(call);
    }

    // ---- what the call wants; on the call's thread

    /// Nothing to tell: the peer knows by 200 and ACK.
    @Override
    public void connected() {}

    @Override
    public void answerUpdate(SessionDescription local) {
        peerOffers.answer(local);
    }

    @Override
    public void refuseUpdate(EndCause cause) {
        peerOffers.refuse(cause);
    }

    /// A phone shows no digits: it is sent them, by its media or by [#sendDigit].
    @Override
    public void showDigit(char digit) {}

    @Override
    public boolean takesDigits() {
        return peerTakesInfo;
    }

    @Override
    public void sendDigit(char digit, int durationMillis) {
        digits.add(new DtmfInfo(digit, durationMillis));
    }

    @Override
    public void transferring(TransferReport report) {
        incomingRefer.report(report);
    }

    /// Nothing: whoever waits hears music, and the telephone network need not know why.
    @Override
    public void holding(boolean mine, boolean theirs) {}

    /// Nothing: whom a trunk's phone talks to is the telephone network's affair.
    @Override
    public void talksTo(Party party) {}

    @Override
    public void refer(Target.Trunk target, Optional<Leg> replaced, Enclosed enclosed) {
        if (replaced.isPresent()
                && !(replaced.get() instanceof SipDialogLeg other
                        && other.trunk.name().equals(trunk.name()))) {
            outgoingRefer.cannotAsk();
            return;
        }
        outgoingRefer.ask(target, replaced.map(SipDialogLeg.class::cast), enclosed);
    }

    @Override
    public void end(EndCause cause) {
        giveBackSlot();
        if (phase.compareAndSet(Phase.RINGING, Phase.ENDED)) {
            giveUpInvite(cause);
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

    // ---- what the peer does; on JAIN-SIP's threads

    void onAck(Request ack) {
        if (phase.compareAndSet(Phase.ANSWERED, Phase.CONFIRMED)) {
            confirm(ack);
            digits.sendNext();
        } else if (phase.compareAndSet(Phase.ENDING, Phase.ENDED)) {
            hangUpAsWanted();
        } else if (phase.get() == Phase.CONFIRMED && peerOffers.isAnswerOwed()) {
            confirm(ack);
        }
    }

    private void confirm(Request ack) {
        if (!peerOffers.confirm(ack)) {
            hangUp(EndCause.gateway("bad-answer", 488, 88, "the caller sent no usable answer"));
        }
    }

    /// BYE (RFC 3261 §15.1.2).
    void onBye(ServerTransaction bye) {
        Phase before = phase.getAndSet(Phase.ENDED);
        replies.answer(bye, Response.OK);
        dropWaiting();
        switch (before) {
            case RINGING -> onByeBeforeAnswer(bye.getRequest());
            case ANSWERED, CONFIRMED ->
                    ended(
                            SipCauses.hungUp(peer(), bye.getRequest())
                                    .with(
                                            CopiedHeaders.read(
                                                    bye.getRequest(), trunk.identity().in())));
            case ENDING -> forget();
            case ENDED -> {}
        }
    }

    /// The peer hangs up before the INVITE has a final response.
    abstract void onByeBeforeAnswer(Request bye);

    /// Which part the peer has in the call.
    abstract EndCause.By peer();

    /// Re-INVITE (RFC 3261 §14.2) or UPDATE (RFC 3311 §5.2).
    void onRenegotiation(ServerTransaction transaction) {
        boolean update = transaction.getRequest().getMethod().equals(Request.UPDATE);
        Optional<SessionDescription> offer;
        try {
            offer = body(transaction.getRequest());
        } catch (SdpException e) {
            replies.refuse(transaction, e.verdict().sipStatus(), message(e));
            return;
        }
        OptionalInt min = session.tooShort((SIPRequest) transaction.getRequest());
        if (min.isPresent()) {
            replies.refuseTooShort(transaction, min.getAsInt());
            return;
        }
        if (update && offer.isEmpty()) {
            // Only refreshes the dialog, or its session too.
            replies.accept(transaction, Optional.empty(), session);
            return;
        }
        switch (phase.get()) {
            case RINGING -> {
                if (update && agreedEarly(transaction)) {
                    peerOffers.take(transaction, offer);
                } else {
                    replies.refuseOverlap(transaction);
                }
            }
            case ANSWERED, ENDING -> replies.answer(transaction, Response.REQUEST_PENDING);
            case ENDED -> replies.answer(transaction, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
            case CONFIRMED -> peerOffers.take(transaction, offer);
        }
    }

    /// Whether offer and answer are complete before the INVITE has its final response, in the
    /// dialog that a request belongs to.
    abstract boolean agreedEarly(ServerTransaction transaction);

    /// Time goes by. Never waits.
    void tick() {
        session.tick();
    }

    /// A digit by INFO. Over UDP it may come before the ACK that was sent before it.
    void onDigit(DtmfInfo info) {
        Phase now = phase.get();
        if (now == Phase.CONFIRMED || now == Phase.ANSWERED) {
            offer(
                    new CallInput.DigitReceived(
                            id, info.digit(), info.durationMillis(), DigitPath.INFO));
        }
    }

    /// An INVITE of the same trunk takes this leg's place in the call (RFC 3891).
    ///
    /// @return false when the call takes in nothing more
    boolean replaceBy(
            IncomingSipLeg arriving,
            Party caller,
            MediaProfile media,
            Optional<SessionDescription> offer) {
        CallInbox call = inbox.getNow(null);
        if (call == null) {
            return false;
        }
        arriving.bind(call);
        return call.offer(
                new CallInput.LegReplacing(id, arriving.id(), arriving, caller, media, offer));
    }

    /// REFER: the one that the peer talks to is to be transferred.
    void onRefer(ServerTransaction refer) {
        if (phase.get() != Phase.CONFIRMED) {
            replies.answer(refer, Response.REQUEST_PENDING);
            return;
        }
        try {
            incomingRefer.onRefer(refer);
        } catch (SipRequestException e) {
            replies.refuse(refer, e.verdict().sipStatus(), e.explanation());
        }
    }

    /// NOTIFY: how a REFER of ours goes.
    void onNotify(ServerTransaction notify) {
        replies.answer(notify, outgoingRefer.onNotify(notify.getRequest()));
    }

    /// An INFO of ours has its final response.
    void onInfoOver(Object token, int status) {
        digits.over(token, status);
    }

    /// No ACK came within 64*T1 (RFC 3261 §13.3.1.4).
    void onAckOverdue() {
        if (phase.compareAndSet(Phase.ENDING, Phase.ENDED)) {
            hangUpAsWanted();
            return;
        }
        hangUp(EndCause.gateway("no-ack", 408, 102, "the caller never confirmed the answer"));
    }

    /// Sends a request of the dialog once more that the trunk wants our credentials with: where the
    /// configuration says that it does so, in its realm, and when the peer itself says so, not
    /// somebody else whom the dialog's route leads to.
    ///
    /// @return whether another response is to come
    boolean repeats(ClientTransaction challenged, SIPResponse response) {
        TrunkCredentials credentials = TrunkCredentials.withinDialog(trunk.auth());
        return credentials.takes(response, challenged.getRequest(), peerAddress())
                && sender.again(challenged, credentials.again(challenged.getRequest()));
    }

    /// Our BYE has its final response, or none will come.
    void onByeOver() {
        dialogs.parted(this);
    }

    /// The gateway stops: an ACK that has not come is waited for no more.
    void onStop() {
        if (phase.compareAndSet(Phase.ENDING, Phase.ENDED)) {
            hangUpAsWanted();
        }
    }

    /// JAIN-SIP let the dialog go; without a BYE that is news.
    void onDialogGone() {
        over(EndCause.gateway("dialog-lost", 500, 41, "the dialog was lost"));
    }

    // ---- shared

    /// Ends an answered leg by our own will and tells the call.
    final void hangUp(EndCause cause) {
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

    final void sendBye(EndCause cause) {
        dropWaiting();
        dialogs.parting(this);
        boolean sent = false;
        try {
            sent = sender.bye(cause);
        } finally {
            if (!sent) {
                dialogs.parted(this);
            }
        }
    }

    /// RFC 3261 §15.1.2: what still waits for an answer when the dialog ends gets 487.
    private void dropWaiting() {
        peerOffers.drop();
        incomingRefer.drop().ifPresent(refer -> replies.answer(refer, Response.REQUEST_TERMINATED));
    }

    final void over(EndCause cause) {
        if (phase.getAndSet(Phase.ENDED) != Phase.ENDED) {
            ended(cause);
        }
    }

    final void ended(EndCause cause) {
        offer(new CallInput.LegEnded(id, cause));
        forget();
    }

    /// Offers to the call, or as soon as the call is known.
    final boolean offer(CallInput input) {
        if (inbox.isDone()) {
            return inbox.join().offer(input);
        }
        var _ = inbox.thenAccept(call -> call.offer(input));
        return true;
    }

    static String message(Exception e) {
        return e.getMessage() == null ? "" : e.getMessage();
    }

    /// The description that a message carries.
    static Optional<SessionDescription> body(Message message) throws SdpException {
        byte[] content = message.getRawContent();
        if (content == null || content.length == 0) {
            return Optional.empty();
        }
        return Optional.of(SdpParser.parse(new String(content, StandardCharsets.UTF_8)));
    }
}
