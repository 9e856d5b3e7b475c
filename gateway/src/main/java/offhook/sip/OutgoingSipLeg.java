package offhook.sip;

import gov.nist.javax.sip.message.SIPResponse;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.SipException;
import javax.sip.header.CSeqHeader;
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

    private final String callId;
    private final TrunkStatus status;
    private final TrunkCredentials credentials;
    private final AtomicReference<Dialogs.@Nullable Key> key = new AtomicReference<>();

    /// The INVITE, once it is sent.
    private final AtomicReference<@Nullable ClientTransaction> invite = new AtomicReference<>();

    /// Whether the peer answered anything, so that a CANCEL may follow (RFC 3261 §9.1).
    private final AtomicBoolean heard = new AtomicBoolean();

    /// The dialog that the call lives on with.
    private final AtomicReference<@Nullable Dialog> won = new AtomicReference<>();

    private final AtomicBoolean cancelSent = new AtomicBoolean();
    private final AtomicBoolean described = new AtomicBoolean();

    /// Written by the thread that sends the INVITE, before it does.
    private volatile Target target = new Target(InetAddress.getLoopbackAddress(), 0);

    private record Target(InetAddress address, int port) {}

    OutgoingSipLeg(
            LegId id,
            TrunkConfig trunk,
            TrunkStatus status,
            String callId,
            Dialogs dialogs,
            DialogSender sender,
            NanoClock clock) {
        super(id, trunk, dialogs, sender, clock, false);
        this.callId = callId;
        this.status = status;
        this.credentials = new TrunkCredentials(trunk.auth());
    }

    TrunkStatus status() {
        return status;
    }

    String callId() {
        return callId;
    }

    // ---- on the thread that sends the INVITE

    /// Where the INVITE is about to be sent.
    void aims(InetAddress address, int port) {
        target = new Target(address, port);
        dialogs().calling(callId, this);
    }

    /// Sends the INVITE, unless the call was given up meanwhile.
    void send(ClientTransaction transaction) throws SipException {
        transaction.setApplicationData(this);
        invite.set(transaction);
        if (phase() != Phase.RINGING) {
            forget();
            return;
        }
        sender().useDialog(transaction.getDialog());
        transaction.getDialog().setApplicationData(this);
        transaction.sendRequest();
        LOG.debug("sent method=INVITE leg={}", id());
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
    public void alert() {}

    /// Nothing: who is called hears nothing before it answers.
    @Override
    public void progress(SessionDescription local) {}

    /// Nothing: our offer went out with the INVITE.
    @Override
    public void answer(SessionDescription local) {}

    @Override
    void giveUpInvite(EndCause cause) {
        if (invite.get() == null) {
            forget();
        } else if (heard.get()) {
            cancel();
        }
        // Otherwise the CANCEL follows the peer's first word.
    }

    private void cancel() {
        ClientTransaction sent = invite.get();
        if (sent != null && cancelSent.compareAndSet(false, true)) {
            sender().cancel(sent);
        }
    }

    // ---- what the peer does; on JAIN-SIP's threads

    /// A response to our INVITE.
    ///
    /// @param dialog the dialog it belongs to, another one for each that a fork lets answer
    void onResponse(Response response, @Nullable Dialog dialog) {
        ClientTransaction sent = invite.get();
        if (sent == null || number(sent.getRequest()) != number(response)) {
            return; // To an INVITE that was sent again since.
        }
        heard.set(true);
        int status = response.getStatusCode();
        if (status >= 300) {
            onRefused(sent, (SIPResponse) response);
        } else if (status >= 200) {
            onAccepted(response, dialog);
        } else if (phase() == Phase.ENDED) {
            cancel();
        } else if (status > 100) {
            onProgress(response);
        }
    }

    private void onProgress(Response response) {
        String tag = ((SIPResponse) response).getToTag();
        if (tag != null) {
            enter(tag);
        }
        Optional<SessionDescription> early = description(response);
        if (early.isPresent() && described.compareAndSet(false, true)) {
            offer(new CallInput.LegProgressing(id(), early.get()));
        } else if (response.getStatusCode() != Response.SESSION_PROGRESS) {
            offer(new CallInput.LegAlerting(id()));
        }
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
        enter(((SIPResponse) ok).getToTag());
        Optional<SessionDescription> answer =
                described.compareAndSet(false, true) ? description(ok) : Optional.empty();
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
                && (credentials.takes(refusal, sent.getRequest(), target.address())
                        || session().lengthens(refusal))) {
            // The dialog of the refused INVITE ends by itself, which is nobody's end.
            sent.getDialog().setApplicationData(null);
            heard.set(false);
            invite.set(null);
            Threads.virtual("sip-dial-" + id(), () -> sendAgain(sent)).start();
        } else if (moves(Phase.RINGING, Phase.ENDED)) {
            status.invited(refusal.getStatusCode());
            ended(SipCauses.of(refusal));
        } else {
            forget();
        }
    }

    /// On a thread of its own: a connection may have to be opened.
    private void sendAgain(ClientTransaction refused) {
        try {
            Request next = credentials.again(refused.getRequest());
            session().asks(next);
            send(sender().opening(next));
        } catch (SipException e) {
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
    void onTimeout() {
        if (moves(Phase.RINGING, Phase.ENDED)) {
            status.invited(Response.REQUEST_TIMEOUT);
            ended(
                    EndCause.gateway(
                            "trunk-timeout", 408, 102, "the trunk did not answer our INVITE"));
        } else {
            forget();
        }
    }

    /// Before the answer, dialogs come and go with the branches of a fork.
    @Override
    void onDialogGone() {
        if (phase() != Phase.RINGING) {
            super.onDialogGone();
        }
    }

    @Override
    void onByeBeforeAnswer() {
        ended(EndCause.hangUp(EndCause.By.CALLEE));
        cancel();
    }

    @Override
    EndCause hungUp() {
        return EndCause.hangUp(EndCause.By.CALLEE);
    }

    @Override
    boolean isOfInvite(String branch, long number) {
        return false;
    }

    @Override
    String peerHost() {
        return target.address().getHostAddress();
    }

    @Override
    int peerPort() {
        return target.port();
    }

    /// Is found by the requests of the peer that has this tag, and of no other.
    private void enter(String tag) {
        Dialogs.Key now = new Dialogs.Key(callId, tag);
        Dialogs.Key before = key.getAndSet(now);
        if (before != null && !before.equals(now)) {
            dialogs().remove(before, this);
        }
        dialogs().add(now, this);
    }

    @Override
    void forget() {
        dialogs().called(callId, this);
        Dialogs.Key known = key.get();
        if (known != null) {
            dialogs().remove(known, this);
        }
    }
}
