package offhook.sip;

import gov.nist.javax.sip.DialogTimeoutEvent;
import gov.nist.javax.sip.SipListenerExt;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Optional;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.InvalidArgumentException;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.TimeoutEvent;
import javax.sip.Transaction;
import javax.sip.TransactionTerminatedEvent;
import javax.sip.header.CSeqHeader;
import javax.sip.header.CallIdHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// What JAIN-SIP reports, handed to the leg it concerns. Runs on JAIN-SIP's threads: a new INVITE
/// becomes a call ([IncomingInvites]), everything else finds its dialog; nothing blocks.
final class SipEvents implements SipListenerExt {

    private static final Logger LOG = LogManager.getLogger(SipEvents.class);

    private final Dialogs dialogs;
    private final IncomingInvites invites;
    private final Counters counters;
    private final SipMessages messages = new SipMessages();
    private final StatefulReply replies = new StatefulReply(messages);
    private final IncomingInfo infos = new IncomingInfo(messages, replies);

    /// @param invites what opens a call
    SipEvents(Dialogs dialogs, IncomingInvites invites, Counters counters) {
        this.dialogs = dialogs;
        this.invites = invites;
        this.counters = counters;
    }

    @Override
    public void processRequest(RequestEvent event) {
        Request request = event.getRequest();
        try {
            onRequest(event);
        } catch (SipException | InvalidArgumentException e) {
            LOG.debug("request not handled method={}", request.getMethod(), e);
        } catch (RuntimeException e) {
            // A defect of ours. JAIN-SIP would only note it; the peer must not wait for nothing.
            counters.increment(Counter.CALL_BUGS);
            // A new call has its leg only by now.
            try (var _ = about(leg(event).orElse(null))) {
                LOG.error("defect while handling method={}", request.getMethod(), e);
                failed(event);
            }
        }
    }

    private void onRequest(RequestEvent event) throws SipException, InvalidArgumentException {
        Optional<SipDialogLeg> leg = leg(event);
        try (var _ = about(leg.orElse(null))) {
            switch (event.getRequest().getMethod()) {
                case Request.ACK -> leg.ifPresent(known -> known.onAck(event.getRequest()));
                case Request.INVITE -> onInvite(event, leg);
                default -> onOther(event, leg);
            }
        }
    }

    /// What lines of the log are about while a leg is told something.
    private static CloseableThreadContext.@Nullable Instance about(@Nullable Object leg) {
        return leg instanceof SipDialogLeg known ? known.inLog() : null;
    }

    private static @Nullable Object ownerOf(@Nullable Dialog dialog) {
        return dialog == null ? null : dialog.getApplicationData();
    }

    private void failed(RequestEvent event) {
        ServerTransaction transaction = event.getServerTransaction();
        if (transaction == null
                && ((SIPRequest) event.getRequest()).getTransaction()
                        instanceof ServerTransaction opened) {
            transaction = opened;
        }
        if (leg(event).orElse(null) instanceof IncomingSipLeg leg
                && leg.phase() == SipDialogLeg.Phase.RINGING) {
            leg.refuseAtOnce(Response.SERVER_INTERNAL_ERROR, "internal error");
            return;
        }
        try {
            if (transaction != null && !event.getRequest().getMethod().equals(Request.ACK)) {
                replies.answer(transaction, Response.SERVER_INTERNAL_ERROR);
            }
        } catch (SipException | InvalidArgumentException e) {
            LOG.debug("already answered", e);
        }
    }

    private void onInvite(RequestEvent event, Optional<SipDialogLeg> leg)
            throws SipException, InvalidArgumentException {
        ServerTransaction transaction = transaction(event);
        SIPRequest request = (SIPRequest) event.getRequest();
        if (request.getToTag() == null) {
            invites.onInvite(transaction, (SipProvider) event.getSource());
            return;
        }
        if (leg.isPresent()) {
            leg.get().onRenegotiation(transaction);
        } else {
            replies.answer(transaction, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
        }
    }

    private void onOther(RequestEvent event, Optional<SipDialogLeg> found)
            throws SipException, InvalidArgumentException {
        ServerTransaction transaction = transaction(event);
        Request request = event.getRequest();
        if (found.isEmpty()) {
            replies.answer(transaction, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
            return;
        }
        SipDialogLeg leg = found.get();
        switch (request.getMethod()) {
            case Request.CANCEL -> onCancel(transaction, leg);
            case Request.BYE -> leg.onBye(transaction);
            case Request.UPDATE -> leg.onRenegotiation(transaction);
            case Request.PRACK -> onPrack(transaction, leg);
            case Request.INFO -> infos.onInfo(transaction, leg);
            case Request.REFER -> leg.onRefer(transaction);
            case Request.NOTIFY -> leg.onNotify(transaction);
            case Request.OPTIONS -> {
                Response ok = replies.to(request, Response.OK);
                messages.addCapabilities(ok, leg.trunk());
                messages.addAccept(ok, IncomingInfo.takesDigits(leg.trunk()));
                transaction.sendResponse(ok);
            }
            default -> replies.answer(transaction, Response.METHOD_NOT_ALLOWED);
        }
    }

    /// Only who sent an INVITE cancels it.
    private void onCancel(ServerTransaction transaction, SipDialogLeg leg)
            throws SipException, InvalidArgumentException {
        if (leg instanceof IncomingSipLeg incoming) {
            incoming.onCancel(transaction);
        } else {
            replies.answer(transaction, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
        }
    }

    /// Only who sent an INVITE confirms what is said to it.
    private void onPrack(ServerTransaction transaction, SipDialogLeg leg)
            throws SipException, InvalidArgumentException {
        if (leg instanceof IncomingSipLeg incoming) {
            incoming.onPrack(transaction);
        } else {
            replies.answer(transaction, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
        }
    }

    private static ServerTransaction transaction(RequestEvent event) throws SipException {
        ServerTransaction known = event.getServerTransaction();
        return known != null
                ? known
                : ((SipProvider) event.getSource()).getNewServerTransaction(event.getRequest());
    }

    private Optional<SipDialogLeg> leg(RequestEvent event) {
        Dialog dialog = event.getDialog();
        if (dialog != null && dialog.getApplicationData() instanceof SipDialogLeg leg) {
            return Optional.of(leg);
        }
        SIPRequest request = (SIPRequest) event.getRequest();
        String toTag = request.getToTag();
        return dialogs.find(
                        new Dialogs.Key(
                                request.getCallId().getCallId(),
                                String.valueOf(request.getFromTag())))
                .filter(leg ->
                        toTag != null
                                ? leg.isLocalTag(toTag)
                                : leg.isOfInvite(
                                        IncomingSipLeg.branch(request),
                                        request.getCSeq().getSeqNumber()));
    }

    @Override
    public void processDialogTimeout(DialogTimeoutEvent event) {
        guarded("a dialog's timeout", event.getDialog(), () -> onDialogTimeout(event));
    }

    private static void onDialogTimeout(DialogTimeoutEvent event) {
        if (!(event.getDialog().getApplicationData() instanceof SipDialogLeg leg)) {
            return;
        }
        switch (event.getReason()) {
            case AckNotReceived -> leg.onAckOverdue();
            case EarlyStateTimeout -> {
                if (leg instanceof IncomingSipLeg incoming) {
                    incoming.onInviteOverdue();
                }
            }
            case AckNotSent, ReInviteTimeout, CannotAcquireAckSemaphoreForOk ->
                    LOG.debug("dialog timeout leg={} reason={}", leg.id(), event.getReason());
        }
    }

    /// A defect of ours on JAIN-SIP's timers would come back with every tick, past our log.
    private void guarded(String what, @Nullable Dialog dialog, Runnable handling) {
        try (var _ = about(ownerOf(dialog))) {
            guarded(what, handling);
        }
    }

    private void guarded(String what, Runnable handling) {
        try {
            handling.run();
        } catch (RuntimeException e) {
            counters.increment(Counter.CALL_BUGS);
            LOG.error("defect while handling {}", what, e);
        }
    }

    @Override
    public void processTimeout(TimeoutEvent event) {
        Transaction transaction =
                event.isServerTransaction()
                        ? event.getServerTransaction()
                        : event.getClientTransaction();
        guarded(
                "a transaction's timeout",
                transaction.getDialog(),
                () -> onTimeout(event, transaction));
    }

    private static void onTimeout(TimeoutEvent event, Transaction transaction) {
        Dialog dialog = transaction.getDialog();
        if (event.isServerTransaction()
                && transaction.getRequest().getMethod().equals(Request.INVITE)
                && dialog != null
                && dialog.getApplicationData() instanceof IncomingSipLeg leg) {
            leg.onInviteOverdue();
        }
        if (!event.isServerTransaction()) {
            if (transaction.getApplicationData() instanceof OutgoingSipLeg leg) {
                leg.onTimeout(event.getClientTransaction());
            } else if (transaction.getApplicationData() instanceof TrunkRegistrar registrar) {
                registrar.onTimeout(event.getClientTransaction());
            } else if (transaction.getApplicationData() instanceof TrunkProber.Probe probe) {
                probe.onTimeout();
            } else if (transaction.getApplicationData() instanceof SessionKeeper.Attempt refresh) {
                refresh.onTimeout();
            } else if (transaction.getApplicationData() instanceof OutgoingRefer.Attempt refer) {
                refer.onResponse(Response.REQUEST_TIMEOUT);
            } else if (transaction.getApplicationData() instanceof LeftDialogs.Bye bye) {
                bye.onTimeout();
            } else {
                requestOver(event.getClientTransaction(), Response.REQUEST_TIMEOUT);
            }
        }
    }

    @Override
    public void processResponse(ResponseEvent event) {
        guarded("a response", event.getDialog(), () -> onResponse(event));
    }

    private void onResponse(ResponseEvent event) {
        Response response = event.getResponse();
        int status = response.getStatusCode();
        CSeqHeader number = (CSeqHeader) response.getHeader(CSeqHeader.NAME);
        LOG.debug("received status={} method={}", status, number.getMethod());
        ClientTransaction request = event.getClientTransaction();
        if (request != null
                && request.getDialog() != null
                && request.getDialog().getApplicationData() instanceof SipDialogLeg leg
                && leg.repeats(request, (SIPResponse) response)) {
            return;
        }
        if (request != null
                && request.getApplicationData() instanceof SessionKeeper.Attempt refresh) {
            refresh.onResponse((SIPResponse) response);
        } else if (request != null
                && request.getApplicationData() instanceof OutgoingRefer.Attempt refer) {
            refer.onResponse(status);
        } else if (number.getMethod().equals(Request.INVITE)) {
            // Without a transaction when a 200 comes again, or from another branch of a fork.
            String callId = ((CallIdHeader) response.getHeader(CallIdHeader.NAME)).getCallId();
            dialogs.outgoing(callId).ifPresent(leg -> leg.onResponse(response, event.getDialog()));
        } else if (request != null
                && request.getApplicationData() instanceof TrunkRegistrar registrar) {
            registrar.onResponse(request, (SIPResponse) response);
        } else if (request != null
                && request.getApplicationData() instanceof TrunkProber.Probe probe) {
            probe.onResponse((SIPResponse) response);
        } else if (request != null && request.getApplicationData() instanceof LeftDialogs.Bye bye) {
            bye.onResponse(request, (SIPResponse) response);
        } else if (status >= 200 && request != null) {
            requestOver(request, status);
        }
    }

    /// A request of ours has its final response, or will have none.
    private static void requestOver(ClientTransaction transaction, int status) {
        Dialog dialog = transaction.getDialog();
        if (dialog == null || !(dialog.getApplicationData() instanceof SipDialogLeg leg)) {
            return;
        }
        switch (transaction.getRequest().getMethod()) {
            case Request.BYE -> leg.onByeOver();
            case Request.INFO -> {
                Object token = transaction.getApplicationData();
                if (token != null) {
                    leg.onInfoOver(token, status);
                }
            }
            default -> LOG.debug("nothing waits for the end of a request of ours");
        }
    }

    @Override
    public void processIOException(IOExceptionEvent event) {
        LOG.debug("i/o failure host={} port={}", event.getHost(), event.getPort());
    }

    @Override
    public void processTransactionTerminated(TransactionTerminatedEvent event) {
        // One that ended without a response, as over a connection that broke: the next may go.
        if (!event.isServerTransaction()
                && event.getClientTransaction().getRequest().getMethod().equals(Request.INFO)) {
            guarded(
                    "a transaction's end",
                    event.getClientTransaction().getDialog(),
                    () -> requestOver(event.getClientTransaction(), Response.REQUEST_TIMEOUT));
        }
    }

    @Override
    public void processDialogTerminated(DialogTerminatedEvent event) {
        guarded(
                "a dialog's end",
                event.getDialog(),
                () -> {
                    if (event.getDialog().getApplicationData() instanceof SipDialogLeg leg) {
                        leg.onDialogGone();
                        leg.onByeOver();
                    }
                });
    }
}
