package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import java.util.Map;
import java.util.Optional;
import javax.sip.ServerTransaction;
import javax.sip.message.Response;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.sdp.SessionDescription;

/// A call that came in from a trunk: answers its INVITE (RFC 3261 §13.3).
final class IncomingSipLeg extends SipDialogLeg {

    private final ServerTransaction invite;
    private final Dialogs.Key key;
    private final String inviteBranch;
    private final long inviteNumber;
    private final String peerHost;
    private final int peerPort;

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
        this.peerHost = request.getPeerPacketSourceAddress().getHostAddress();
        this.peerPort = request.getPeerPacketSourcePort();
        this.inviteBranch = branch(request);
        this.inviteNumber = request.getCSeq().getSeqNumber();
        notePeer(request);
    }

    /// Enters the dialogs that live.
    ///
    /// @return false when one lives that the caller calls the same
    boolean enter() {
        return dialogs().add(key, this);
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
        return peerHost;
    }

    @Override
    int peerPort() {
        return peerPort;
    }

    // ---- what the call wants; on the call's thread

    @Override
    public void alert() {
        if (phase() == Phase.RINGING) {
            sender().ringing(invite);
        }
    }

    @Override
    public void progress(SessionDescription local) {
        if (phase() == Phase.RINGING) {
            session().describes(local);
            sender().progress(invite, local);
        }
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
        session().describes(local);
        if (moves(Phase.RINGING, Phase.ANSWERED)
                && !sender().accept(invite, Optional.of(local), session(), this::addHeaders)) {
            // What could not carry the answer may still carry a word of why there is none.
            sender().answer(invite, Response.SERVER_INTERNAL_ERROR);
            over(EndCause.gateway("network", 503, 41, "the answer could not be sent"));
        }
    }

    @Override
    void giveUpInvite(EndCause cause) {
        sender().refuse(invite, finalStatus(cause), cause);
        forget();
    }

    private static int finalStatus(EndCause cause) {
        return cause.sipCode() >= 400 && cause.sipCode() <= 699
                ? cause.sipCode()
                : Response.TEMPORARILY_UNAVAILABLE;
    }

    // ---- what the peer does; on JAIN-SIP's threads

    /// The gateway takes no call now; nobody was told of this one.
    void refuseAtOnce(int status, String why) {
        if (moves(Phase.RINGING, Phase.ENDED)) {
            sender().refuse(invite, status, why);
            forget();
        }
    }

    /// CANCEL (RFC 3261 §9.2): too late once the INVITE has its final response.
    void onCancel(ServerTransaction cancel) {
        sender().answer(cancel, Response.OK);
        if (moves(Phase.RINGING, Phase.ENDED)) {
            sender().answer(invite, Response.REQUEST_TERMINATED);
            ended(EndCause.cancelled());
        }
    }

    @Override
    void onByeBeforeAnswer() {
        sender().answer(invite, Response.REQUEST_TERMINATED);
        ended(EndCause.cancelled());
    }

    @Override
    EndCause hungUp() {
        return EndCause.hangUp(EndCause.By.CALLER);
    }

    /// The stack gave up on the INVITE before anybody answered it.
    void onInviteOverdue() {
        if (moves(Phase.RINGING, Phase.ENDED)) {
            EndCause cause = EndCause.gateway("no-answer", 480, 19, "nobody answered in time");
            sender().refuse(invite, cause.sipCode(), cause);
            ended(cause);
        }
    }

    @Override
    void forget() {
        dialogs().remove(key, this);
    }
}
