package offhook.sip;

import gov.nist.javax.sip.header.RSeq;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
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
import javax.sip.header.ViaHeader;
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

    /// A fork of more branches than that is an attack.
    private static final int MOST_DIALOGS = 32;

    private final String callId;
    private final TrunkStatus status;
    private final TrunkWays ways;
    private final Redirects redirects;
    private final InviteBuilder invites = new InviteBuilder();

    /// Replaced by none at all when the call leaves the trunk's own address. Of one thread at a
    /// time.
    private volatile TrunkCredentials credentials;

    /// Each branch of a fork that said something has a dialog of its own.
    private final Set<Dialogs.Key> keys = ConcurrentHashMap.newKeySet();

    private final ReliableProgress reliable = new ReliableProgress();

    /// The INVITE, once it is sent.
    private final AtomicReference<@Nullable ClientTransaction> invite = new AtomicReference<>();

    /// Whether the peer answered anything, so that a CANCEL may follow (RFC 3261 §9.1).
    private final AtomicBoolean heard = new AtomicBoolean();

    /// The dialog that the call lives on with.
    private final AtomicReference<@Nullable Dialog> won = new AtomicReference<>();

    private final AtomicBoolean cancelSent = new AtomicBoolean();

    /// The tag of the dialog whose answer the call has, if any.
    private final AtomicReference<@Nullable String> describedBy = new AtomicReference<>();

    /// The same tag once that answer was confirmed by PRACK. Written by JAIN-SIP's threads.
    private volatile String agreedWith = "";

    /// Why the INVITE is cancelled; written before it is.
    private volatile EndCause givenUp = EndCause.cancelled();

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
            TrunkWays ways,
            Redirects redirects,
            NanoClock clock) {
        super(id, trunk, dialogs, sender, clock, false);
        this.ways = ways;
        this.redirects = redirects;
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
    void aims(Way way) {
        target = new Target(way.address(), way.port());
        sender().leaveBy(way.outlet());
        dialogs().calling(callId, this);
    }

    /// Sends an INVITE by TCP when it is too long for UDP and the configuration leaves it open (RFC
    /// 3261 §18.1.1); by UDP after all when TCP leads nowhere.
    void send(Request request) throws SipException {
        int lengthBytes = ((SIPRequest) request).encodeAsBytes("udp").length;
        String transport = ((ViaHeader) request.getHeader(ViaHeader.NAME)).getTransport();
        if (lengthBytes <= TrunkWays.MOST_UDP_BYTES || !transport.equalsIgnoreCase("udp")) {
            send(sender().opening(request));
            return;
        }
        Target aim = target;
        try {
            if (!ways.mayChange()) {
                ways.tooLong(lengthBytes, "its uri names udp");
                send(sender().opening(request));
                return;
            }
            Way way = ways.toward(aim.address(), aim.port(), "tcp");
            aims(way);
            send(sender().opening(invites.by(request, way.outlet())));
        } catch (IOException | SipException e) {
            ways.tooLong(lengthBytes, "tcp leads nowhere: " + LogText.of(message(e)));
            sendByUdp(request, aim);
        }
    }

    private void sendByUdp(Request request, Target aim) throws SipException {
        try {
            Way way = ways.toward(aim.address(), aim.port(), "udp");
            aims(way);
            send(sender().opening(invites.by(request, way.outlet())));
        } catch (IOException e) {
            throw new SipException(message(e), e);
        }
    }

    /// Sends the INVITE, unless the call was given up meanwhile.
    private void send(ClientTransaction transaction) throws SipException {
        transaction.setApplicationData(this);
        invite.set(transaction);
        if (phase() != Phase.RINGING) {
            forget();
            return;
        }
        sender().useDialog(transaction.getDialog());
        transaction.getDialog().setApplicationData(this);
        try {
            transaction.sendRequest();
        } catch (SipException e) {
            transaction.setApplicationData(null); // what becomes of it is nobody's end
            throw e;
        }
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
            sender().cancel(sent, givenUp);
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
            onProgress((SIPResponse) response, dialog);
        }
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
        Optional<SessionDescription> early = description(response);
        if (early.isPresent() && describedBy.compareAndSet(null, String.valueOf(tag))) {
            if (numbered) {
                agreedWith = tag;
            }
            offer(new CallInput.LegProgressing(id(), early.get()));
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

    /// RFC 3311 §5.2: an answer that came unconfirmed is not sure to be the last word.
    @Override
    boolean agreedEarly(ServerTransaction transaction) {
        return agreedWith.equals(((SIPRequest) transaction.getRequest()).getFromTag());
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
        String described = describedBy.getAndSet(tag);
        boolean known = tag.equals(described);
        Optional<SessionDescription> answer = known ? Optional.empty() : description(ok);
        if (described != null && !known && answer.isEmpty()) {
            // What is known is the answer of another branch of the fork.
            hangUp(EndCause.gateway("bad-answer", 502, 88, "the trunk sent no usable answer"));
            return;
        }
        offer(new CallInput.LegAccepted(id(), answer));
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
            nextInvite(sent, () -> sendAgain(sent));
            return;
        }
        switch (phase() == Phase.RINGING ? redirects.after(sent, refusal) : Redirects.NOWHERE) {
            case Redirects.Next.Follow(SipURI elsewhere) ->
                    nextInvite(sent, () -> follow(sent, elsewhere));
            case Redirects.Next.Loop _ ->
                    refused(
                            EndCause.gateway(
                                    "redirect-loop",
                                    Response.LOOP_DETECTED,
                                    SipCauses.q850(Response.LOOP_DETECTED),
                                    "trunk " + trunk().name() + " sent the call back to us"));
            case Redirects.Next.Nowhere _ -> refused(SipCauses.of(refusal));
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

    /// Another INVITE of the same call follows, on a thread of its own: a connection may have to be
    /// opened.
    private void nextInvite(ClientTransaction refused, Runnable send) {
        // The dialog of the refused INVITE ends by itself, which is nobody's end.
        refused.getDialog().setApplicationData(null);
        heard.set(false);
        invite.set(null);
        Threads.virtual("sip-dial-" + id(), send).start();
    }

    private void follow(ClientTransaction refused, SipURI target) {
        credentials = new TrunkCredentials(Optional.empty());
        String asked = target.getTransportParam();
        String transport = asked == null ? "udp" : asked.toLowerCase(Locale.ROOT);
        sending(() -> {
            Way way = ways.toward(Redirects.host(target), Redirects.port(target), transport);
            LOG.info(
                    "redirected leg={} trunk={} to={}:{}",
                    id(),
                    trunk().name(),
                    way.address().getHostAddress(),
                    way.port());
            aims(way);
            return invites.elsewhere(refused.getRequest(), target, way.outlet());
        });
    }

    /// On a thread of its own: a connection may have to be opened.
    private void sendAgain(ClientTransaction refused) {
        sending(() -> {
            Request next = credentials.again(refused.getRequest());
            session().asks(next);
            return next;
        });
    }

    /// Makes a request.
    private interface Making {
        Request make() throws IOException;
    }

    private void sending(Making making) {
        try {
            send(making.make());
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
        return target.address().getHostAddress();
    }

    @Override
    int peerPort() {
        return target.port();
    }

    /// Is found by the requests of the peer that has this tag.
    private void enter(String tag) {
        Dialogs.Key known = new Dialogs.Key(callId, tag);
        if (keys.size() < MOST_DIALOGS && keys.add(known)) {
            dialogs().add(known, this);
        }
    }

    @Override
    void forget() {
        dialogs().called(callId, this);
        keys.forEach(known -> dialogs().remove(known, this));
    }
}
