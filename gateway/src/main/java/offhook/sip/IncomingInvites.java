package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.SIPDialog;
import gov.nist.javax.sip.stack.SIPDialogEventListener;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.message.Response;
import offhook.call.CallDetails;
import offhook.call.CallId;
import offhook.call.CallIntake;
import offhook.call.CallRefusedException;
import offhook.call.IncomingCall;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The INVITEs of trunks that open a dialog (RFC 3261 §13.3.1): each becomes a leg of a call, a new
/// one or one in which it takes the place of another leg, or is refused. On JAIN-SIP's threads;
/// never blocks.
final class IncomingInvites {

    private static final Logger LOG = LogManager.getLogger(IncomingInvites.class);

    private final SipTrunks trunks;
    private final TrunkIdentification identification;
    private final Dialogs dialogs;
    private final CallIntake intake;
    private final RefusedInvites refused;
    private final NanoClock clock;
    private final OwnContacts contacts;
    private final SipMessages messages = new SipMessages();
    private final StatefulReply replies = new StatefulReply(messages);

    /// Indexes of legs that take the place of others; far above those that calls count.
    private final AtomicInteger takeovers = new AtomicInteger(1_000_000);

    IncomingInvites(
            SipTrunks trunks,
            TrunkIdentification identification,
            Dialogs dialogs,
            CallIntake intake,
            RefusedInvites refused,
            NanoClock clock,
            OwnContacts contacts) {
        this.trunks = trunks;
        this.identification = identification;
        this.dialogs = dialogs;
        this.intake = intake;
        this.refused = refused;
        this.clock = clock;
        this.contacts = contacts;
    }

    /// An INVITE without a To tag that the front door let pass.
    ///
    /// @param provider by which it came
    void onInvite(ServerTransaction transaction, SipProvider provider)
            throws SipException, InvalidArgumentException {
        SIPRequest request = (SIPRequest) transaction.getRequest();
        transaction.sendResponse(messages.trying(request));
        Optional<TrunkConfig> caller = caller(request);
        if (caller.isEmpty()) {
            // The trunks changed since the front door.
            replies.answer(transaction, Response.FORBIDDEN);
            return;
        }
        TrunkConfig trunk = caller.get();
        OptionalInt min = SessionTerms.tooShort(TimerFields.of(request), trunk.sessionTimers());
        if (min.isPresent()) {
            Response refusal = replies.to(request, SessionKeeper.SESSION_INTERVAL_TOO_SMALL);
            TimerFields.writeMin(refusal, min.getAsInt());
            transaction.sendResponse(refusal);
            return;
        }
        Optional<SipDialogLeg> replaced;
        try {
            replaced = Replacement.of(request, trunk, dialogs);
        } catch (SipRequestException e) {
            LOG.debug("replacement refused because={}", e.explanation());
            replies.answer(transaction, e.verdict().sipStatus());
            return;
        }
        IncomingSipLeg leg = leg(transaction, provider, trunk, replaced);
        if (!takesPlace(leg, transaction)) {
            return;
        }
        transaction.getDialog().setApplicationData(leg);
        // JAIN-SIP does so itself only when a 180 was sent, and else never tells of a missing ACK.
        ((SIPDialog) transaction.getDialog()).addEventListener((SIPDialogEventListener) provider);
        try (var _ = leg.inLog()) {
            admit(request, leg, replaced);
        }
    }

    private Optional<TrunkConfig> caller(SIPRequest invite) {
        return identification.callerOf(
                invite.getPeerPacketSourceAddress(),
                invite.getPeerPacketSourcePort(),
                Transport.valueOf(invite.getTopmostVia().getTransport().toUpperCase(Locale.ROOT)),
                new Dialogs.Key(invite.getCallId().getCallId(), invite.getFromTag()));
    }

    private IncomingSipLeg leg(
            ServerTransaction transaction,
            SipProvider provider,
            TrunkConfig trunk,
            Optional<SipDialogLeg> replaced) {
        LegId id =
                replaced.map(old -> new LegId(old.id().call(), takeovers.incrementAndGet()))
                        .orElseGet(() -> new LegId(CallId.next(), 0));
        DialogSender sender =
                new DialogSender(
                        id,
                        trunk,
                        transaction.getDialog(),
                        provider,
                        contacts.answering((SIPRequest) transaction.getRequest(), trunk),
                        messages);
        return new IncomingSipLeg(id, trunk, transaction, dialogs, sender, clock);
    }

    /// Gives a leg its place among the calls of its trunk and among the dialogs that live, or
    /// refuses its INVITE.
    private boolean takesPlace(IncomingSipLeg leg, ServerTransaction transaction)
            throws SipException, InvalidArgumentException {
        SIPRequest request = (SIPRequest) transaction.getRequest();
        TrunkLoad load = trunks.loadOf(leg.trunk());
        Optional<TrunkLoad.Slot> slot =
                load.take(trunks.asksForHelp(request.getRequestURI().toString()));
        if (slot.isEmpty()) {
            // The last place went to another one that came just before.
            Response full = replies.to(request, Response.SERVICE_UNAVAILABLE);
            messages.addRetryAfter(full, TrunkLoad.RETRY_SECONDS);
            transaction.sendResponse(full);
            refused.add(request, leg.trunk(), load.whyFull(), Response.SERVICE_UNAVAILABLE, "");
            return false;
        }
        leg.holds(slot.get());
        if (!leg.enter()) {
            leg.giveBackSlot();
            // It raced its like past the front door.
            replies.answer(transaction, Response.LOOP_DETECTED);
            return false;
        }
        return true;
    }

    /// Hands a leg that has its place to the call that it opens, or in which it takes the place of
    /// another.
    private void admit(SIPRequest request, IncomingSipLeg leg, Optional<SipDialogLeg> replaced) {
        TrunkConfig trunk = leg.trunk();
        try {
            Optional<SessionDescription> offer = SipDialogLeg.body(request);
            if (replaced.isPresent()) {
                Party caller = CallerReader.read(request, trunk.identity().trusted()).caller();
                if (!replaced.get().replaceBy(leg, caller, media(request, trunk), offer)) {
                    leg.refuseAtOnce(Response.SERVICE_UNAVAILABLE, "the call cannot be changed");
                }
                return;
            }
            leg.bind(intake.open(leg.id().call(), incoming(request, trunk, offer), leg));
        } catch (SdpException | SipRequestException | CallRefusedException e) {
            int status = e.verdict().sipStatus();
            String because = LogText.of(e.explanation());
            LOG.info("call refused sip={} because=\"{}\"", status, because);
            leg.refuseAtOnce(status, e.explanation());
            if (!(e instanceof CallRefusedException)) {
                refused.add(request, trunk, RefusedInvites.UNSERVED, status, because);
            }
        }
    }

    private static IncomingCall incoming(
            SIPRequest invite, TrunkConfig trunk, Optional<SessionDescription> offer)
            throws SipRequestException {
        CallerReader caller = CallerReader.read(invite, trunk.identity().trusted());
        return new IncomingCall(
                trunk.name(),
                caller.caller(),
                PartyReader.called(invite),
                media(invite, trunk),
                offer,
                invite.getCallId().getCallId(),
                new CallDetails(
                        caller.withheld(),
                        caller.verification(),
                        DiversionReader.read(invite),
                        UserToUserReader.read(invite),
                        CopiedHeaders.read(invite, trunk.identity().in())));
    }

    private static MediaProfile media(SIPRequest invite, TrunkConfig trunk) {
        return new MediaProfile.Trunk(
                trunk.name(),
                trunk.setUp().ringback(),
                Optional.of(invite.getPeerPacketSourceAddress()));
    }
}
