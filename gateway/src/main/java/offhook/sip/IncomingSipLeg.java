package offhook.sip;

import gov.nist.javax.sip.header.RAck;
import gov.nist.javax.sip.message.SIPRequest;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import javax.sip.ServerTransaction;
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

/// A call that came in from a trunk: answers its INVITE (RFC 3261 §13.3).
final class IncomingSipLeg extends SipDialogLeg {

    private static final Logger LOG = LogManager.getLogger(IncomingSipLeg.class);

    private final ServerTransaction invite;
    private final Dialogs.Key key;
    private final String inviteBranch;
    private final long inviteNumber;
    private final Hops hops;
    private final InetAddress peerAddress;
    private final int peerPort;
    private final boolean offers;

    /// Empty when the caller does not know such responses, or the trunk has none.
    private final Optional<ReliableResponses> reliable;

    /// What the 200 carries of the one who answered. On the call's thread only.
    private Map<String, String> answerHeaders = Map.of();

    /// @param invite the INVITE that opened the dialog
    /// @param dialogs where the dialog is found by what comes in, once it has entered
    IncomingSipLeg(
            LegId id,
            TrunkConfig trunk,
            ServerTransaction invite,
            Dialogs dialogs,
            DialogSender sender,
            NanoClock clock) {
        super(
                id,
                trunk,
                dialogs,
                sender,
                clock,
                ((SIPRequest) invite.getRequest()).getRawContent() == null);
        this.invite = invite;
        SIPRequest request = (SIPRequest) invite.getRequest();
        this.key = new Dialogs.Key(request.getCallId().getCallId(), request.getFromTag());
        this.hops = Hops.of(request);
        this.peerAddress = request.getPeerPacketSourceAddress();
        this.peerPort = request.getPeerPacketSourcePort();
        this.inviteBranch = branch(request);
        this.inviteNumber = request.getCSeq().getSeqNumber();
        this.offers = request.getRawContent() != null;
        this.reliable =
                OptionTags.serves(trunk, OptionTags.RELIABLE)
                                && OptionTags.knows(request, OptionTags.RELIABLE)
                        ? Optional.of(
                                new ReliableResponses(
                                        clock,
                                        (status, number, description) ->
                                                sender.replies()
                                                        .reliable(
                                                                invite,
                                                                status,
                                                                number,
                                                                description)))
                        : Optional.empty();
        notePeer(request);
    }

    /// Enters the dialogs that live.
    ///
    /// @return false when one lives that the caller calls the same
    boolean enter() {
        return dialogs().add(key, this);
    }

    /// How far the call had come.
    Hops hops() {
        return hops;
    }

    /// The branch of the topmost Via; empty in a request of RFC 2543, which has none.
    static String branch(SIPRequest request) {
        String branch = request.getTopmostVia().getBranch();
        return branch == null ? "" : branch;
    }

    @Override
    boolean isOfInvite(String branch, long number) {
        return branch.equalsIgnoreCase(inviteBranch) && number == inviteNumber;
    }

    @Override
    String peerHost() {
        return peerAddress.getHostAddress();
    }

    @Override
    InetAddress peerAddress() {
        return peerAddress;
    }

    @Override
    int peerPort() {
        return peerPort;
    }

    // ---- what the call wants; on the call's thread

    /// A response that the caller confirms must offer when the INVITE did not (RFC 3262 §5).
    @Override
    public void alert(SessionDescription local) {
        if (phase() != Phase.RINGING) {
            return;
        }
        if (reliable.isEmpty()) {
            replies().ringing(invite);
            return;
        }
        boolean offer = !offers && reliable.get().undescribed();
        if (offer) {
            session().describes(local);
        }
        reliable.get().add(Response.RINGING, offer ? Optional.of(local) : Optional.empty());
    }

    @Override
    public void progress(SessionDescription local) {
        if (phase() != Phase.RINGING) {
            return;
        }
        if (reliable.isEmpty() && !offers) {
            replies().ringing(invite); // RFC 3261 §13.2.1: no offer in what is not confirmed
            return;
        }
        if (reliable.isEmpty()) {
            session().describes(local);
            replies().progress(invite, local);
            return;
        }
        if (reliable.get().undescribed()) {
            session().describes(local);
        }
        reliable.get().add(Response.SESSION_PROGRESS, Optional.of(local));
    }

    @Override
    public void answeredWith(Map<String, String> headers) {
        answerHeaders = headers;
    }

    private void addHeaders(Response ok) {
        CopiedHeaders.write(ok, answerHeaders, trunk().identity().out());
    }

    @Override
    public void answer(SessionDescription local) {
        if (reliable.isEmpty() || !reliable.get().keeps(local)) {
            accept(local);
        }
    }

    private void accept(SessionDescription local) {
        boolean settled = reliable.isPresent() && reliable.get().settled();
        if (!settled) {
            session().describes(local);
        }
        if (moves(Phase.RINGING, Phase.ANSWERED)
                && !replies()
                        .accept(
                                invite,
                                settled ? Optional.empty() : Optional.of(local),
                                session(),
                                this::addHeaders)) {
            // What could not carry the answer may still carry a word of why there is none.
            replies().answer(invite, Response.SERVER_INTERNAL_ERROR);
            over(EndCause.gateway("network", 503, 41, "the answer could not be sent"));
        }
    }

    @Override
    void giveUpInvite(EndCause cause) {
        replies().refuse(invite, SipCauses.status(cause), cause);
        forget();
    }

    // ---- what the peer does; on JAIN-SIP's threads

    /// The gateway takes no call now; nobody was told of this one.
    void refuseAtOnce(int status, String why) {
        if (moves(Phase.RINGING, Phase.ENDED)) {
            replies().refuse(invite, status, why);
            forget();
        }
    }

    /// PRACK (RFC 3262 §3). What belongs to the response that it confirms, an answer or another
    /// offer, comes with it.
    void onPrack(ServerTransaction prack) {
        if (!(prack.getRequest().getHeader(RAck.NAME) instanceof RAck rack)) {
            replies().answer(prack, Response.BAD_REQUEST);
            return;
        }
        Optional<ReliableResponses.Confirmed> confirmed =
                reliable.isPresent()
                                && rack.getMethod().equals(Request.INVITE)
                                && rack.getCSequenceNumber() == inviteNumber
                        ? reliable.get().confirm(rack.getRSequenceNumber())
                        : Optional.empty();
        if (confirmed.isEmpty()) {
            replies().answer(prack, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
            return;
        }
        if (!offers && confirmed.get().described()) {
            takeAnswer(prack);
        } else {
            takeOffer(prack);
        }
        reliable.get().sendNext();
        reliable.get().released().ifPresent(this::accept);
    }

    private void takeAnswer(ServerTransaction prack) {
        try {
            Optional<SessionDescription> answer = body(prack.getRequest());
            if (answer.isPresent()) {
                peerOffers().answered();
                offer(new CallInput.LegConfirmed(id(), answer));
                replies().answer(prack, Response.OK);
                return;
            }
        } catch (SdpException e) {
            LOG.debug("bad answer in prack leg={} because={}", id(), LogText.of(message(e)));
        }
        replies().answer(prack, Response.NOT_ACCEPTABLE_HERE);
        fail(EndCause.gateway("bad-answer", 488, 88, "the caller sent no usable answer"));
    }

    private void takeOffer(ServerTransaction prack) {
        try {
            Optional<SessionDescription> offer = body(prack.getRequest());
            if (offer.isEmpty()) {
                replies().answer(prack, Response.OK);
            } else if (agreedEarly(prack)) {
                peerOffers().take(prack, offer);
            } else {
                replies().answer(prack, Response.NOT_ACCEPTABLE_HERE);
            }
        } catch (SdpException e) {
            replies().refuse(prack, e.verdict().sipStatus(), message(e));
        }
    }

    /// RFC 3311 §5.2: another offer may come once the first one is answered for good.
    @Override
    boolean agreedEarly(ServerTransaction transaction) {
        return reliable.isPresent() && reliable.get().settled();
    }

    @Override
    void tick() {
        super.tick();
        if (reliable.isEmpty() || phase() != Phase.RINGING) {
            return;
        }
        if (reliable.get().isOverdue()) {
            onOwnThread(() ->
                    fail(
                            EndCause.gateway(
                                    "no-prack",
                                    504,
                                    102,
                                    "the caller never confirmed a provisional response")));
        } else if (reliable.get().repeats()) {
            onOwnThread(reliable.get()::sendAgain);
        }
    }

    /// No trunk's connection holds up another's time.
    private void onOwnThread(Runnable work) {
        Threads.virtual("sip-reliable-" + id(), work).start();
    }

    private void fail(EndCause cause) {
        if (moves(Phase.RINGING, Phase.ENDED)) {
            replies().refuse(invite, SipCauses.status(cause), cause);
            ended(cause);
        }
    }

    /// CANCEL (RFC 3261 §9.2): too late once the INVITE has its final response.
    void onCancel(ServerTransaction cancel) {
        replies().answer(cancel, Response.OK);
        if (moves(Phase.RINGING, Phase.ENDED)) {
            replies().answer(invite, Response.REQUEST_TERMINATED);
            ended(SipCauses.cancelled(cancel.getRequest()));
        }
    }

    @Override
    void onByeBeforeAnswer(Request bye) {
        replies().answer(invite, Response.REQUEST_TERMINATED);
        ended(SipCauses.cancelled(bye));
    }

    @Override
    EndCause.By peer() {
        return EndCause.By.CALLER;
    }

    /// The stack gave up on the INVITE before anybody answered it.
    void onInviteOverdue() {
        fail(EndCause.gateway("no-answer", 480, 19, "nobody answered in time"));
    }

    @Override
    void forget() {
        giveBackSlot();
        dialogs().remove(key, this);
    }
}
