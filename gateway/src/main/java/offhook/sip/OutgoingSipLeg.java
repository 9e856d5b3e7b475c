package offhook.sip;

import gov.nist.javax.sip.header.RSeq;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.address.SipURI;
import javax.sip.header.CSeqHeader;
import javax.sip.header.CallIdHeader;
import javax.sip.message.Message;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// A call that goes out to a trunk: sends its INVITE (RFC 3261 §13.2) and lives on with the first
/// dialog that answers. Of those that a forking proxy lets answer besides, each is hung up at once
/// (§13.2.2.4).
final class OutgoingSipLeg extends SipDialogLeg {

    private static final Logger LOG = LogManager.getLogger(OutgoingSipLeg.class);

    static final EndCause UNANSWERED =
            EndCause.gateway("trunk-timeout", 408, 102, "the trunk did not answer our INVITE");

    /// A fork of more branches than that is an attack.
    private static final int MOST_DIALOGS = 32;

    private final TrunkStatus status;

    /// Replaced by none at all when the call leaves the trunk's own address. Of one thread at a
    /// time.
    private volatile TrunkCredentials credentials;

    /// Each branch of a fork that said something has a dialog of its own.
    private final Set<Dialogs.Key> keys = ConcurrentHashMap.newKeySet();

    private final ReliableProgress reliable = new ReliableProgress();

    private final SentInvites invites = new SentInvites();
    private final EarlyAnswer early = new EarlyAnswer();

    /// The dialog that the call lives on with.
    private final AtomicReference<@Nullable Dialog> won = new AtomicReference<>();

    private final AtomicBoolean cancelSent = new AtomicBoolean();

    /// Why the INVITE is cancelled; written before it is.
    private volatile EndCause givenUp = EndCause.cancelled();

    // Written by the thread that dials, before it sends the INVITE.
    private volatile String callId = "";
    private volatile @Nullable TrunkTarget target;
    private volatile @Nullable TrunkDial dial;

    OutgoingSipLeg(
            LegId id,
            TrunkConfig trunk,
            TrunkStatus status,
            Dialogs dialogs,
            DialogSender sender,
            NanoClock clock) {
        super(id, trunk, dialogs, sender, clock, false);
        this.status = status;
        this.credentials = new TrunkCredentials(trunk.auth());
    }

    TrunkStatus status() {
        return status;
    }

    String callId() {
        return callId;
    }

    /// Who knows which target to ask next.
    void dialledBy(TrunkDial dialling) {
        dial = dialling;
    }

    // ---- on the thread that dials

    /// Where the next INVITE is about to be sent, as a call of its own.
    void aims(TrunkTarget next) {
        forgetCall();
        target = next;
        callId = Identifiers.next();
        credentials = new TrunkCredentials(trunk().auth());
        dialogs().aim(callId, next.address(), next.port());
        dialogs().calling(callId, this);
    }

    /// The same call goes on elsewhere, where our credentials are not for.
    void movesTo(TrunkTarget next) {
        target = next;
        credentials = new TrunkCredentials(Optional.empty());
        dialogs().aim(callId, next.address(), next.port());
    }

    /// Sends the INVITE, unless the call was given up meanwhile.
    void send(ClientTransaction transaction) throws SipException {
        transaction.setApplicationData(this);
        SentInvites.Sent sent = invites.asks(callId, transaction);
        if (phase() != Phase.RINGING) {
            forget();
            return;
        }
        sender().useDialog(transaction.getDialog());
        transaction.getDialog().setApplicationData(this);
        try {
            transaction.sendRequest();
        } catch (SipException e) {
            invites.notSent(sent);
            transaction.getDialog().setApplicationData(null);
            throw e;
        }
        LOG.debug("sent method=INVITE leg={} to={}", id(), target);
    }

    /// Leaves an INVITE to itself that nobody has answered yet: should its target come to speak
    /// after all, what it began is ended.
    ///
    /// @return false when it was answered, or was not the one that is asked
    boolean abandon(ClientTransaction unheard) {
        if (!invites.abandon(unheard)) {
            return false;
        }
        unheard.getDialog().setApplicationData(null);
        return true;
    }

    /// The trunk cannot be asked.
    void onUnreachable(EndCause cause) {
        if (moves(Phase.RINGING, Phase.ENDED)) {
            ended(cause);
        }
    }

    // ---- what the call wants; on the call's thread

    /// Nothing: who is called is not told that it rings.
    @Override
    public void alert(SessionDescription local) {}

    /// Nothing: who is called hears nothing before it answers.
    @Override
    public void progress(SessionDescription local) {}

    /// Nothing: our offer went out with the INVITE.
    @Override
    public void answer(SessionDescription local) {}

    @Override
    void giveUpInvite(EndCause cause) {
        givenUp = cause;
        SentInvites.Sent now = invites.current();
        if (now == null) {
            forget();
        } else if (now.heard()) {
            cancel();
        }
        // Otherwise the CANCEL follows the peer's first word.
    }

    private void cancel() {
        SentInvites.Sent now = invites.current();
        if (now != null && cancelSent.compareAndSet(false, true)) {
            sender().cancel(now.transaction(), givenUp);
        }
    }

    // ---- what the peer does; on JAIN-SIP's threads

    /// A response to our INVITE.
    ///
    /// @param dialog the dialog it belongs to, another one for each that a fork lets answer
    void onResponse(Response response, @Nullable Dialog dialog) {
        String call = callIdOf(response);
        SentInvites.Sent now = invites.heard(call);
        if (now == null) {
            onLate(call, response, dialog);
            return;
        }
        ClientTransaction sent = now.transaction();
        if (number(sent.getRequest()) != number(response)) {
            return; // To an INVITE that was sent again since.
        }
        TrunkDial dialling = dial;
        if (dialling != null) {
            dialling.onHeard((SIPResponse) response);
        }
        int status = response.getStatusCode();
        if (status >= 300) {
            onRefused(sent, (SIPResponse) response);
        } else if (status >= 200) {
            onAccepted(response, dialog);
        } else if (phase() == Phase.ENDED) {
            cancel();
        } else if (status > 100) {
            onProgress((SIPResponse) response, dialog);
        }
    }

    /// A target speaks that was given up: it is told to stop (RFC 3261 §9.1, §13.2.2.4).
    private void onLate(String call, Response response, @Nullable Dialog dialog) {
        ClientTransaction late = invites.abandoned(call);
        if (late == null) {
            return;
        }
        int status = response.getStatusCode();
        if (status >= 300) {
            letGo(call);
        } else if (status >= 200 && dialog != null) {
            sender().acknowledge(dialog, number(response));
            sender().hangUp(dialog);
        } else if (status < 200) {
            sender().cancel(late, givenUp);
        }
    }

    private void letGo(String call) {
        invites.letGo(call);
        dialogs().called(call, this);
        dialogs().forgetAim(call);
    }

    private void onProgress(SIPResponse response, @Nullable Dialog dialog) {
        String tag = response.getToTag();
        if (tag != null) {
            enter(tag);
        }
        boolean numbered = isNumbered(response) && tag != null && dialog != null;
        if (numbered && !confirms(response, Objects.requireNonNull(dialog), tag)) {
            return;
        }
        Optional<SessionDescription> answer = description(response);
        if (answer.isPresent() && early.takes(String.valueOf(tag), numbered)) {
            offer(new CallInput.LegProgressing(id(), answer.get()));
        } else if (response.getStatusCode() != Response.SESSION_PROGRESS) {
            offer(new CallInput.LegAlerting(id()));
        }
    }

    /// Whether the trunk wants a provisional response to be confirmed (RFC 3262 §4).
    private boolean isNumbered(SIPResponse response) {
        return OptionTags.serves(trunk(), OptionTags.RELIABLE)
                && OptionTags.requires(response, OptionTags.RELIABLE)
                && response.getHeader(RSeq.NAME) instanceof RSeq;
    }

    /// Confirms a response by PRACK, each once and in order.
    ///
    /// @return whether it is news
    private boolean confirms(SIPResponse response, Dialog dialog, String tag) {
        long number = ((RSeq) response.getHeader(RSeq.NAME)).getSeqNumber();
        if (reliable.judge(tag, number) != ReliableProgress.Verdict.NEXT) {
            return false;
        }
        sender().confirm(dialog, response);
        return true;
    }

    @Override
    boolean agreedEarly(ServerTransaction transaction) {
        return early.isAgreed(((SIPRequest) transaction.getRequest()).getFromTag());
    }

    private void onAccepted(Response ok, @Nullable Dialog dialog) {
        if (dialog == null) {
            LOG.debug("200 without a dialog leg={}", id());
            return;
        }
        acknowledge(ok, dialog);
        if (dialog.equals(won.get())) {
            return; // The 200 again: its ACK was lost.
        }
        if (!moves(Phase.RINGING, Phase.CONFIRMED)) {
            // Cancelled too late, or another branch of a fork was faster.
            sender().hangUp(dialog);
            return;
        }
        won.set(dialog);
        status.invited(ok.getStatusCode());
        notePeer((SIPResponse) ok);
        session().accepted((SIPResponse) ok);
        sender().useDialog(dialog);
        dialog.setApplicationData(this);
        String tag = ((SIPResponse) ok).getToTag();
        enter(tag);
        String described = early.settles(tag);
        boolean known = tag.equals(described);
        Optional<SessionDescription> answer = known ? Optional.empty() : description(ok);
        if (described != null && !known && answer.isEmpty()) {
            // What is known is the answer of another branch of the fork.
            hangUp(EndCause.gateway("bad-answer", 502, 88, "the trunk sent no usable answer"));
            return;
        }
        offer(
                new CallInput.LegAccepted(
                        id(), answer, CopiedHeaders.read(ok, trunk().identity().in())));
    }

    private void acknowledge(Response ok, Dialog dialog) {
        sender().acknowledge(dialog, number(ok));
    }

    private static long number(Message message) {
        return ((CSeqHeader) message.getHeader(CSeqHeader.NAME)).getSeqNumber();
    }

    private Optional<SessionDescription> description(Response response) {
        try {
            return body(response);
        } catch (SdpException e) {
            LOG.debug("bad description leg={} because={}", id(), LogText.of(message(e)));
            return Optional.empty();
        }
    }

    private void onRefused(ClientTransaction sent, SIPResponse refusal) {
        if (phase() == Phase.RINGING
                && (credentials.takes(refusal, sent.getRequest(), peerAddress())
                        || session().lengthens(refusal))) {
            over(sent);
            Threads.virtual(
                            "sip-dial-" + id(),
                            () -> {
                                try (var _ = inLog()) {
                                    sendAgain(sent);
                                }
                            })
                    .start();
            return;
        }
        goesElsewhere(sent, refusal);
    }

    /// A refusal may say where to ask instead (RFC 3261 §8.1.3.4), or leave us another target.
    private void goesElsewhere(ClientTransaction sent, SIPResponse refusal) {
        TrunkDial dialling = dial;
        switch (dialling == null || phase() != Phase.RINGING
                ? Redirects.NOWHERE
                : dialling.redirect(sent, refusal)) {
            case Redirects.Next.Follow(SipURI elsewhere) -> {
                over(sent);
                Objects.requireNonNull(dialling).follow(sent.getRequest(), elsewhere);
            }
            case Redirects.Next.Loop _ ->
                    refused(
                            EndCause.gateway(
                                    "redirect-loop",
                                    Response.LOOP_DETECTED,
                                    SipCauses.q850(Response.LOOP_DETECTED),
                                    "trunk " + trunk().name() + " sent the call back to us"));
            case Redirects.Next.Nowhere _ -> {
                if (goesOn(sent, refusal.getStatusCode(), cause(refusal))) {
                    status.invited(refusal.getStatusCode());
                } else {
                    refused(cause(refusal));
                }
            }
        }
    }

    private void refused(EndCause cause) {
        if (moves(Phase.RINGING, Phase.ENDED)) {
            status.invited(cause.sipCode());
            ended(cause);
        } else {
            forget();
        }
    }

    private EndCause cause(SIPResponse refusal) {
        return SipCauses.of(refusal).with(CopiedHeaders.read(refusal, trunk().identity().in()));
    }

    /// Asks another target, if the refusal allows that, there is one, and nothing of the call was
    /// heard yet that another could not go on with.
    private boolean goesOn(ClientTransaction refused, int status, EndCause why) {
        TrunkDial dialling = dial;
        if (dialling == null
                || phase() != Phase.RINGING
                || early.isThere()
                || !dialling.mayGoOn(status)) {
            return false;
        }
        over(refused);
        dialling.goOn(why);
        return true;
    }

    /// The dialog of a refused INVITE ends by itself, which is nobody's end.
    private void over(ClientTransaction refused) {
        refused.getDialog().setApplicationData(null);
        invites.over();
    }

    /// On a thread of its own: a connection may have to be opened.
    private void sendAgain(ClientTransaction refused) {
        TrunkDial dialling = Objects.requireNonNull(dial, "nothing was sent yet");
        try {
            Request next = credentials.again(refused.getRequest());
            session().asks(next);
            dialling.send(next, Objects.requireNonNull(target, "nothing was sent yet"));
        } catch (IOException | SipException e) {
            LOG.info("not sent again leg={} because={}", id(), LogText.of(message(e)));
            onUnreachable(
                    EndCause.gateway(
                            "trunk-unreachable",
                            503,
                            38,
                            "trunk " + trunk().name() + " cannot be reached"));
        } catch (RuntimeException e) {
            LOG.error("defect while sending an INVITE again leg={}", id(), e);
            onUnreachable(EndCause.gateway("internal-error", 500, 41, "internal error"));
        }
    }

    /// Nobody answered our INVITE (RFC 3261 §17.1.1.2).
    void onTimeout(ClientTransaction unanswered) {
        if (!invites.isCurrent(unanswered)) {
            letGo(callIdOf(unanswered.getRequest()));
            return;
        }
        if (goesOn(unanswered, Response.REQUEST_TIMEOUT, UNANSWERED)) {
            status.invited(Response.REQUEST_TIMEOUT);
        } else if (moves(Phase.RINGING, Phase.ENDED)) {
            status.invited(Response.REQUEST_TIMEOUT);
            ended(UNANSWERED);
        } else {
            forget();
        }
    }

    /// The connection that a request of ours went by broke before a word of the peer, and another
    /// one was no better (RFC 3261 §17.1.4): the INVITE is worth another try elsewhere.
    void onLost(SentRequest request, IOException why) {
        SentInvites.Sent now = invites.current();
        TrunkDial dialling = dial;
        if (now != null
                && dialling != null
                && phase() == Phase.RINGING
                && request.method().equals(Request.INVITE)
                && request.branch().equalsIgnoreCase(now.transaction().getBranchId())
                && abandon(now.transaction())) {
            dialling.lost(why);
        }
    }

    private static String callIdOf(Message message) {
        return ((CallIdHeader) message.getHeader(CallIdHeader.NAME)).getCallId();
    }

    /// Before the answer, dialogs come and go with the branches of a fork.
    @Override
    void onDialogGone() {
        if (phase() != Phase.RINGING) {
            super.onDialogGone();
        }
    }

    @Override
    void onByeBeforeAnswer(Request bye) {
        EndCause cause = SipCauses.hungUp(peer(), bye);
        ended(cause);
        givenUp = cause;
        cancel();
    }

    @Override
    EndCause.By peer() {
        return EndCause.By.CALLEE;
    }

    @Override
    boolean isOfInvite(String branch, long number) {
        return false;
    }

    @Override
    String peerHost() {
        return peerAddress().getHostAddress();
    }

    @Override
    InetAddress peerAddress() {
        TrunkTarget now = target;
        return now == null ? InetAddress.getLoopbackAddress() : now.address();
    }

    @Override
    int peerPort() {
        TrunkTarget now = target;
        return now == null ? 0 : now.port();
    }

    /// Is found by the requests of the peer that has this tag.
    private void enter(String tag) {
        Dialogs.Key known = new Dialogs.Key(callId, tag);
        if (keys.size() < MOST_DIALOGS && keys.add(known)) {
            dialogs().add(known, this);
        }
    }

    /// What was given up is still found by its Call-ID, until it is let go.
    private void forgetCall() {
        if (invites.abandoned(callId) == null) {
            dialogs().called(callId, this);
            dialogs().forgetAim(callId);
        }
    }

    @Override
    void forget() {
        giveBackSlot();
        forgetCall();
        keys.forEach(known -> dialogs().remove(known, this));
    }
}
