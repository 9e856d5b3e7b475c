package offhook.sip;

import gov.nist.javax.sip.DialogTimeoutEvent;
import gov.nist.javax.sip.SipListenerExt;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPDialog;
import gov.nist.javax.sip.stack.SIPDialogEventListener;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
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
import javax.sip.address.URI;
import javax.sip.header.CSeqHeader;
import javax.sip.header.CallIdHeader;
import javax.sip.header.ContactHeader;
import javax.sip.header.ContentEncodingHeader;
import javax.sip.header.ContentTypeHeader;
import javax.sip.header.HeaderAddress;
import javax.sip.header.RecordRouteHeader;
import javax.sip.message.Request;
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
import offhook.config.TrunkConfig.Dtmf;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// What JAIN-SIP reports, handed to the leg it concerns. Runs on JAIN-SIP's threads: a new INVITE
/// becomes a call, everything else finds its dialog; nothing blocks.
final class SipEvents implements SipListenerExt {

    private static final Logger LOG = LogManager.getLogger(SipEvents.class);

    /// RFC 6086 §4.2.2.
    private static final int BAD_INFO_PACKAGE = 469;

    private final SipTrunks trunks;
    private final TrunkIdentification identification;
    private final Dialogs dialogs;
    private final CallIntake intake;
    private final RefusedInvites refused;
    private final Counters counters;
    private final NanoClock clock;
    private final SipMessages messages = new SipMessages();

    /// Indexes of legs that take the place of others; far above those that calls count.
    private final AtomicInteger takeovers = new AtomicInteger(1_000_000);

    /// Our own address, by transport and port of the listening point. Written before the first
    /// event.
    private final Map<String, ContactHeader> contacts;

    SipEvents(
            SipTrunks trunks,
            TrunkIdentification identification,
            Dialogs dialogs,
            CallIntake intake,
            RefusedInvites refused,
            Counters counters,
            NanoClock clock,
            Map<String, ContactHeader> contacts) {
        this.trunks = trunks;
        this.identification = identification;
        this.dialogs = dialogs;
        this.intake = intake;
        this.refused = refused;
        this.counters = counters;
        this.clock = clock;
        this.contacts = contacts;
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
            LOG.error("defect while handling method={}", request.getMethod(), e);
            failed(event);
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
                answer(transaction, Response.SERVER_INTERNAL_ERROR);
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
            openCall(event, transaction, request);
            return;
        }
        if (leg.isPresent()) {
            leg.get().onRenegotiation(transaction);
        } else {
            answer(transaction, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
        }
    }

    private void openCall(RequestEvent event, ServerTransaction transaction, SIPRequest request)
            throws SipException, InvalidArgumentException {
        transaction.sendResponse(messages.trying(request));
        Optional<TrunkConfig> trunk =
                identification.callerOf(
                        request.getPeerPacketSourceAddress(),
                        request.getPeerPacketSourcePort(),
                        Transport.valueOf(
                                request.getTopmostVia().getTransport().toUpperCase(Locale.ROOT)),
                        new Dialogs.Key(request.getCallId().getCallId(), request.getFromTag()));
        if (trunk.isEmpty()) {
            answer(transaction, Response.FORBIDDEN); // the trunks changed since the front door
            return;
        }
        OptionalInt min =
                SessionTerms.tooShort(TimerFields.of(request), trunk.get().sessionTimers());
        if (min.isPresent()) {
            Response refusal =
                    messages.response(
                            request, SessionKeeper.SESSION_INTERVAL_TOO_SMALL, Identifiers.next());
            TimerFields.writeMin(refusal, min.getAsInt());
            transaction.sendResponse(refusal);
            return;
        }
        Optional<SipDialogLeg> replaced;
        try {
            replaced = Replacement.of(request, trunk.get(), dialogs);
        } catch (SipRequestException e) {
            LOG.debug("replacement refused because={}", e.explanation());
            answer(transaction, e.verdict().sipStatus());
            return;
        }
        LegId id =
                replaced.map(old -> new LegId(old.id().call(), takeovers.incrementAndGet()))
                        .orElseGet(() -> new LegId(CallId.next(), 0));
        DialogSender sender =
                new DialogSender(
                        id,
                        trunk.get(),
                        transaction.getDialog(),
                        (SipProvider) event.getSource(),
                        contact(request, trunk.get()),
                        messages);
        IncomingSipLeg leg =
                new IncomingSipLeg(id, trunk.get(), transaction, dialogs, sender, clock);
        Optional<TrunkLoad.Slot> slot =
                trunks.loadOf(trunk.get())
                        .take(trunks.asksForHelp(request.getRequestURI().toString()));
        if (slot.isEmpty()) {
            // The last place went to another one that came just before.
            Response full =
                    messages.response(request, Response.SERVICE_UNAVAILABLE, Identifiers.next());
            messages.addRetryAfter(full, TrunkLoad.RETRY_SECONDS);
            transaction.sendResponse(full);
            refused.add(
                    request,
                    trunk.get(),
                    trunks.loadOf(trunk.get()).whyFull(),
                    Response.SERVICE_UNAVAILABLE,
                    "");
            return;
        }
        leg.holds(slot.get());
        if (!leg.enter()) {
            leg.giveBackSlot();
            answer(transaction, Response.LOOP_DETECTED); // it raced its like past the front door
            return;
        }
        transaction.getDialog().setApplicationData(leg);
        // JAIN-SIP does so itself only when a 180 was sent, and else never tells of a missing ACK.
        ((SIPDialog) transaction.getDialog())
                .addEventListener((SIPDialogEventListener) event.getSource());
        try (var _ = leg.inLog()) {
            admit(request, trunk.get(), leg, replaced);
        }
    }

    /// Hands a leg that has its place to the call that it opens, or in which it takes the place of
    /// another.
    private void admit(
            SIPRequest request,
            TrunkConfig trunk,
            IncomingSipLeg leg,
            Optional<SipDialogLeg> replaced) {
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
            LOG.info(
                    "call refused sip={} because=\"{}\"",
                    e.verdict().sipStatus(),
                    LogText.of(e.explanation()));
            leg.refuseAtOnce(e.verdict().sipStatus(), e.explanation());
            if (!(e instanceof CallRefusedException)) {
                refused.add(
                        request,
                        trunk,
                        RefusedInvites.UNSERVED,
                        e.verdict().sipStatus(),
                        LogText.of(e.explanation()));
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

    private void onOther(RequestEvent event, Optional<SipDialogLeg> found)
            throws SipException, InvalidArgumentException {
        ServerTransaction transaction = transaction(event);
        Request request = event.getRequest();
        if (found.isEmpty()) {
            answer(transaction, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
            return;
        }
        SipDialogLeg leg = found.get();
        switch (request.getMethod()) {
            case Request.CANCEL -> onCancel(transaction, leg);
            case Request.BYE -> leg.onBye(transaction);
            case Request.UPDATE -> leg.onRenegotiation(transaction);
            case Request.PRACK -> onPrack(transaction, leg);
            case Request.INFO -> onInfo(transaction, leg);
            case Request.REFER -> leg.onRefer(transaction);
            case Request.NOTIFY -> leg.onNotify(transaction);
            case Request.OPTIONS -> {
                Response ok = messages.response(request, Response.OK, Identifiers.next());
                messages.addCapabilities(ok, leg.trunk());
                messages.addAccept(ok, takesDigits(leg));
                transaction.sendResponse(ok);
            }
            default -> answer(transaction, Response.METHOD_NOT_ALLOWED);
        }
    }

    /// Only who sent an INVITE cancels it.
    private void onCancel(ServerTransaction transaction, SipDialogLeg leg)
            throws SipException, InvalidArgumentException {
        if (leg instanceof IncomingSipLeg incoming) {
            incoming.onCancel(transaction);
        } else {
            answer(transaction, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
        }
    }

    /// Only who sent an INVITE confirms what is said to it.
    private void onPrack(ServerTransaction transaction, SipDialogLeg leg)
            throws SipException, InvalidArgumentException {
        if (leg instanceof IncomingSipLeg incoming) {
            incoming.onPrack(transaction);
        } else {
            answer(transaction, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
        }
    }

    /// INFO. Digits come without the packages of RFC 6086, of which none is served.
    private void onInfo(ServerTransaction transaction, SipDialogLeg leg)
            throws SipException, InvalidArgumentException {
        Request request = transaction.getRequest();
        byte[] body = request.getRawContent();
        if (request.getHeader("Info-Package") != null) {
            answer(transaction, BAD_INFO_PACKAGE);
            return;
        }
        if (body == null || body.length == 0) {
            answer(transaction, Response.OK);
            return;
        }
        Optional<DtmfInfo.Form> form = takesDigits(leg) ? form(request) : Optional.empty();
        if (form.isEmpty()) {
            Response refusal =
                    messages.response(request, Response.UNSUPPORTED_MEDIA_TYPE, Identifiers.next());
            messages.addAccept(refusal, takesDigits(leg));
            transaction.sendResponse(refusal);
            return;
        }
        try {
            Optional<DtmfInfo> digit = DtmfInfo.read(form.get(), body);
            // Before the answer: the peer may send the next digit as soon as it has it.
            digit.ifPresent(leg::onDigit);
            answer(transaction, Response.OK);
        } catch (SipRequestException e) {
            LOG.debug("bad digit in info leg={} because={}", leg.id(), e.explanation());
            answer(transaction, e.verdict().sipStatus());
        }
    }

    private static boolean takesDigits(SipDialogLeg leg) {
        Dtmf dtmf = leg.trunk().dtmf();
        return dtmf == Dtmf.INFO || dtmf == Dtmf.AUTO;
    }

    private static Optional<DtmfInfo.Form> form(Request request) {
        ContentEncodingHeader encoding =
                (ContentEncodingHeader) request.getHeader(ContentEncodingHeader.NAME);
        boolean plain = encoding == null || encoding.getEncoding().equalsIgnoreCase("identity");
        return plain && request.getHeader(ContentTypeHeader.NAME) instanceof ContentTypeHeader type
                ? DtmfInfo.Form.of(type.getContentType(), type.getContentSubType())
                : Optional.empty();
    }

    private static ServerTransaction transaction(RequestEvent event) throws SipException {
        ServerTransaction known = event.getServerTransaction();
        return known != null
                ? known
                : ((SipProvider) event.getSource()).getNewServerTransaction(event.getRequest());
    }

    private void answer(ServerTransaction transaction, int status)
            throws SipException, InvalidArgumentException {
        transaction.sendResponse(
                messages.response(transaction.getRequest(), status, Identifiers.next()));
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

    private ContactHeader contact(SIPRequest request, TrunkConfig trunk) {
        String transport = request.getTopmostVia().getTransport().toLowerCase(Locale.ROOT);
        ContactHeader contact =
                contacts.get(
                        SipEndpoint.contactKey(
                                transport,
                                request.getLocalAddress().getHostAddress(),
                                request.getLocalPort()));
        if (contact == null) {
            throw new IllegalStateException("a request on a listening point that we did not open");
        }
        String host = Binding.host(trunk.advertised().signalling(request.getLocalAddress()));
        ContactHeader told = SipMessages.at(contact, host);
        return isSecure(request) ? SipMessages.secured(told) : told;
    }

    /// RFC 3261 §12.1.1: whether the dialog is one of `sips` URIs.
    private static boolean isSecure(SIPRequest request) {
        HeaderAddress next =
                request.getHeader(RecordRouteHeader.NAME) instanceof RecordRouteHeader route
                        ? route
                        : (ContactHeader) request.getHeader(ContactHeader.NAME);
        return isSecure(request.getRequestURI()) || isSecure(next.getAddress().getURI());
    }

    private static boolean isSecure(URI uri) {
        return uri.getScheme().equalsIgnoreCase("sips");
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
