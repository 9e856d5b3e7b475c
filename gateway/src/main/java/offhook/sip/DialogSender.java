package offhook.sip;

import java.text.ParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import javax.sip.header.AuthorizationHeader;
import javax.sip.header.ContactHeader;
import javax.sip.header.ProxyAuthorizationHeader;
import javax.sip.header.RouteHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.config.TrunkConfig;
import offhook.sdp.SessionDescription;
import offhook.telemetry.LogContext;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// What one dialog asks of its peer, and is known by (RFC 3261 §12.2.1). Any thread; decides
/// nothing. What cannot be sent because the peer or its transaction is gone is noted only: the end
/// of it comes as an event of its own.
final class DialogSender {

    private static final Logger LOG = LogManager.getLogger(DialogSender.class);

    private final LegId leg;
    private final TrunkConfig trunk;
    private final SipMessages messages;
    private final String localTag = Identifiers.next();
    private final DialogReplies replies;

    /// Of a dialog that we open, known when its INVITE is about to be sent; of one that forks, the
    /// one that won.
    private volatile @Nullable Dialog dialog;

    private volatile @Nullable SipProvider provider;
    private volatile @Nullable ContactHeader contact;

    /// Of a dialog that we are about to open.
    DialogSender(LegId leg, TrunkConfig trunk, SipMessages messages) {
        this.leg = leg;
        this.trunk = trunk;
        this.messages = messages;
        this.replies = new DialogReplies(leg, trunk, messages, localTag, this::contact);
    }

    /// Of a dialog that the peer opened.
    DialogSender(
            LegId leg,
            TrunkConfig trunk,
            Dialog dialog,
            SipProvider provider,
            ContactHeader contact,
            SipMessages messages) {
        this(leg, trunk, messages);
        this.dialog = dialog;
        this.provider = provider;
        this.contact = contact;
    }

    /// What lines of the log are about while the dialog does something on the calling thread.
    CloseableThreadContext.Instance inLog() {
        return LogContext.ofLeg(leg.call().value(), trunk.name());
    }

    /// What the dialog's requests leave by.
    void leaveBy(Outlet outlet) {
        provider = outlet.provider();
        contact = outlet.contact();
    }

    /// The dialog that requests belong to from now on.
    void useDialog(Dialog chosen) {
        dialog = chosen;
    }

    /// A transaction for a request that opens the dialog.
    ClientTransaction opening(Request request) throws SipException {
        return provider().getNewClientTransaction(request);
    }

    private SipProvider provider() {
        return Objects.requireNonNull(provider, "nothing was sent yet");
    }

    private ContactHeader contact() {
        return Objects.requireNonNull(contact, "nothing was sent yet");
    }

    /// What answers requests of the peer.
    DialogReplies replies() {
        return replies;
    }

    /// Our tag in every response of the dialog, and in every request.
    String localTag() {
        return localTag;
    }

    /// Makes a Via of JAIN-SIP's, which names the same host to all, one of this dialog's.
    private void stamp(Request request) throws ParseException {
        ViaHeader via = (ViaHeader) request.getHeader(ViaHeader.NAME);
        via.setBranch(Identifiers.nextBranch());
        via.setHost(DialogReplies.host(contact()));
        // JAIN-SIP repeats those of the request before.
        request.removeHeader(AuthorizationHeader.NAME);
        request.removeHeader(ProxyAuthorizationHeader.NAME);
    }

    /// A request of the dialog once more, made anew.
    ///
    /// @param before the transaction of the one that was refused
    /// @return false when it could not be sent
    boolean again(ClientTransaction before, Request next) {
        try {
            ClientTransaction transaction = provider().getNewClientTransaction(next);
            transaction.setApplicationData(before.getApplicationData());
            before.getDialog().sendRequest(transaction);
            LOG.debug("sent again method={} leg={}", next.getMethod(), leg);
            return true;
        } catch (SipException e) {
            LOG.debug("not sent again leg={} because={}", leg, LogText.of(e.toString()));
            return false;
        }
    }

    /// BYE (RFC 3261 §15.1.1).
    ///
    /// @return false when it could not be sent
    boolean bye(EndCause cause) {
        Dialog ending = dialog;
        return ending != null && bye(ending, cause);
    }

    /// BYE for a dialog that answered although the call is another's by now.
    void hangUp(Dialog late) {
        bye(late, EndCause.cancelled());
    }

    private boolean bye(Dialog ending, EndCause cause) {
        try {
            Request bye = ending.createRequest(Request.BYE);
            stamp(bye);
            messages.reason(cause).ifPresent(bye::setHeader);
            CopiedHeaders.write(bye, cause.headers(), trunk.identity().out());
            ending.sendRequest(provider().getNewClientTransaction(bye));
            LOG.debug("sent method=BYE leg={}", leg);
            return true;
        } catch (SipException | ParseException e) {
            LOG.debug("not sent method=BYE leg={}", leg, e);
            ending.delete();
            return false;
        }
    }

    /// PRACK of a provisional response to our INVITE (RFC 3262 §4).
    void confirm(Dialog early, Response provisional) {
        try {
            Request prack = early.createPrack(provisional);
            stamp(prack);
            early.sendRequest(provider().getNewClientTransaction(prack));
            LOG.debug("sent method=PRACK leg={}", leg);
        } catch (SipException | ParseException e) {
            LOG.debug("not sent method=PRACK leg={}", leg, e);
        }
    }

    /// ACK of a 200 (RFC 3261 §13.2.2.4), without the credentials of its INVITE, which JAIN-SIP
    /// puts in: the way of the ACK is what the peer told us.
    void acknowledge(Dialog accepted, long inviteNumber) {
        try {
            Request ack = accepted.createAck(inviteNumber);
            stamp(ack);
            accepted.sendAck(ack);
            LOG.debug("sent method=ACK leg={}", leg);
        } catch (SipException | InvalidArgumentException | ParseException e) {
            LOG.debug("not sent method=ACK leg={}", leg, e);
        }
    }

    /// ACK of a 200 to a re-INVITE of ours.
    void acknowledge(long inviteNumber) {
        acknowledge(Objects.requireNonNull(dialog, "nothing was sent yet"), inviteNumber);
    }

    /// Refreshes the session (RFC 4028 §7.4): UPDATE without a description, or a re-INVITE that
    /// says again what the peer was told last.
    ///
    /// @param timer writes what it says of the session timer
    /// @param token comes back with the transaction
    /// @return false when it could not be sent
    boolean refresh(Optional<SessionDescription> again, Consumer<Request> timer, Object token) {
        return inDialog(
                again.isPresent() ? Request.INVITE : Request.UPDATE,
                request -> {
                    request.setHeader(contact());
                    messages.addCapabilities(request, trunk);
                    timer.accept(request);
                    again.ifPresent(description -> messages.describe(request, description));
                },
                token);
    }

    /// CANCEL of an INVITE that got a provisional response (RFC 3261 §9.1).
    void cancel(ClientTransaction invite, EndCause cause) {
        try {
            Request cancel = invite.createCancel();
            messages.reasonToCancel(cause).ifPresent(cancel::setHeader);
            provider().getNewClientTransaction(cancel).sendRequest();
            LOG.debug("sent method=CANCEL leg={}", leg);
        } catch (SipException e) {
            LOG.debug("not sent method=CANCEL leg={}", leg, e);
        }
    }

    /// INFO with a digit.
    ///
    /// @param token comes back with the transaction
    /// @return false when it could not be sent
    boolean info(DtmfInfo digit, DtmfInfo.Form form, Object token) {
        return inDialog(Request.INFO, info -> messages.addDigit(info, digit, form), token);
    }

    /// REFER (RFC 3515): the peer is to call a target.
    ///
    /// @param target a name-addr
    /// @param enclosed header fields that are to go along
    /// @param token comes back with the transaction
    /// @return false when it could not be sent
    boolean refer(String target, Map<String, String> enclosed, Object token) {
        return inDialog(
                Request.REFER,
                request -> {
                    request.setHeader(contact());
                    String by = Objects.requireNonNull(dialog).getLocalParty().getURI().toString();
                    messages.refer(request, target, by);
                    CopiedHeaders.write(request, enclosed, trunk.identity().out());
                },
                token);
    }

    /// NOTIFY: how the peer's REFER goes.
    void tellOfRefer(long number, int status, boolean over) {
        boolean sent =
                inDialog(
                        Request.NOTIFY,
                        request -> {
                            request.setHeader(contact());
                            messages.tell(request, number, status, over);
                        },
                        this);
        LOG.debug("how the refer goes leg={} status={} told={}", leg, status, sent);
    }

    private boolean inDialog(String method, Consumer<Request> fields, Object token) {
        Dialog established = dialog;
        if (established == null) {
            return false;
        }
        try {
            Request request = established.createRequest(method);
            stamp(request);
            fields.accept(request);
            ClientTransaction transaction = provider().getNewClientTransaction(request);
            transaction.setApplicationData(token);
            established.sendRequest(transaction);
            LOG.debug("sent method={} leg={}", method, leg);
            return true;
        } catch (SipException | ParseException e) {
            LOG.debug(
                    "not sent method={} leg={} because={}", method, leg, LogText.of(e.toString()));
            return false;
        }
    }

    /// The dialog as its peer would name it to somebody who is to take our place in it (RFC 3891
    /// §3): the tags are swapped, because there it is the peer's own that is "to".
    Optional<String> replaced() {
        Dialog established = dialog;
        if (established == null) {
            return Optional.empty();
        }
        return Optional.of(
                established.getCallId().getCallId()
                        + ";to-tag="
                        + established.getRemoteTag()
                        + ";from-tag="
                        + established.getLocalTag());
    }

    /// The hosts that our side of the dialog goes by.
    Stream<String> names() {
        Dialog established = dialog;
        return Stream.of(
                        contact().getAddress().getURI(),
                        established == null
                                ? contact().getAddress().getURI()
                                : established.getLocalParty().getURI())
                .filter(SipURI.class::isInstance)
                .map(uri -> ((SipURI) uri).getHost());
    }

    /// What ends the dialog should this process die; empty before there is one with both tags.
    ///
    /// @param incoming whether the peer opened the dialog, and so the connection, if it came by one
    Optional<LeftDialog> note(String peerHost, int peerPort, boolean incoming) {
        Dialog established = dialog;
        if (established == null
                || established.getRemoteTag() == null
                || established.getRemoteTarget() == null) {
            return Optional.empty();
        }
        List<String> routes = new ArrayList<>();
        for (Iterator<?> set = established.getRouteSet(); set.hasNext(); ) {
            routes.add(((RouteHeader) set.next()).getAddress().toString());
        }
        String named = ((SipURI) contact().getAddress().getURI()).getTransportParam();
        String transport = named == null ? "udp" : named.toLowerCase(Locale.ROOT);
        return Optional.of(
                new LeftDialog(
                        trunk.name(),
                        transport,
                        established.getCallId().getCallId(),
                        established.getLocalParty().getURI().toString(),
                        established.getLocalTag(),
                        established.getRemoteParty().getURI().toString(),
                        established.getRemoteTag(),
                        established.getRemoteTarget().getURI().toString(),
                        routes,
                        established.getLocalSeqNumber(),
                        peerHost,
                        incoming && !transport.equals("udp")
                                ? portOf(established, transport)
                                : peerPort));
    }

    /// Where who opened a connection takes those of others: as the first of its route set says, or
    /// its Contact (RFC 3261 §12.2.1.1).
    private static int portOf(Dialog dialog, String transport) {
        Iterator<?> set = dialog.getRouteSet();
        URI next =
                set.hasNext()
                        ? ((RouteHeader) set.next()).getAddress().getURI()
                        : dialog.getRemoteTarget().getURI();
        return next instanceof SipURI uri && uri.getPort() > 0
                ? uri.getPort()
                : Transport.defaultPort(transport);
    }

    /// Where the peer of the dialog is reached.
    Optional<String> remoteTarget() {
        return Optional.ofNullable(dialog)
                .map(Dialog::getRemoteTarget)
                .map(target -> target.getURI().toString());
    }
}
