package offhook.sip;

import gov.nist.javax.sip.header.extensions.ReferredByHeader;
import gov.nist.javax.sip.message.SIPRequest;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import javax.sip.ServerTransaction;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import javax.sip.header.Header;
import javax.sip.header.ReferToHeader;
import javax.sip.message.Response;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.Party;
import offhook.call.ReplacedDialog;
import offhook.call.TransferOrder;
import offhook.call.TransferReport;
import offhook.config.TrunkConfig;
import org.jspecify.annotations.Nullable;

/// The peer of a leg asks us to transfer the one it talks to (RFC 3515 §2.4): its REFER, and what
/// it is told of it. One at a time. What Refer-To names is never contacted: only its user part
/// counts, as the number that the trunk's routes lead from, and which call at the trunk is to be
/// taken over (RFC 5589 §7.1).
final class IncomingRefer {

    private static final int DECLINED = 603;

    private final LegId leg;
    private final TrunkConfig trunk;
    private final Dialogs dialogs;
    private final DialogSender sender;
    private final DialogReplies replies;
    private final Predicate<CallInput> call;
    private final AtomicReference<@Nullable Running> running = new AtomicReference<>();

    IncomingRefer(
            LegId leg,
            TrunkConfig trunk,
            Dialogs dialogs,
            DialogSender sender,
            Predicate<CallInput> call) {
        this.leg = leg;
        this.trunk = trunk;
        this.dialogs = dialogs;
        this.sender = sender;
        this.replies = sender.replies();
        this.call = call;
    }

    /// @param number of the REFER (CSeq)
    /// @param subscribed whether the peer wants to hear how it goes (RFC 4488)
    /// @param taken whether it was answered with 202
    private record Running(
            ServerTransaction transaction, long number, boolean subscribed, boolean taken) {}

    /// REFER within the dialog. On JAIN-SIP's threads.
    void onRefer(ServerTransaction transaction) throws SipRequestException {
        SIPRequest request = (SIPRequest) transaction.getRequest();
        ReferToHeader to = only(request);
        URI uri = to.getAddress().getURI();
        checkMethod(uri);
        Optional<ReplacedDialog> dialog = dialog(uri);
        Optional<SipDialogLeg> own = dialog.flatMap(dialogs::find);
        if (own.isPresent()) {
            checkOwn(own.get(), dialog.get().earlyOnly());
        } else {
            checkHost(uri);
        }
        Optional<TransferOrder.Takeover> takeover =
                own.<TransferOrder.Takeover>map(
                                other -> new TransferOrder.Takeover.Here(other.id()))
                        .or(() ->
                                dialog.map(named ->
                                        new TransferOrder.Takeover.AtSource(
                                                named, isOwnName(uri))));
        String number = PartyReader.number(uri.toString());
        if (number.isEmpty() && own.isEmpty()) {
            throw SipRequestException.refused(404, "Refer-To names nobody");
        }
        Enclosed enclosed = ReferEnclosure.read(request, uri.toString(), trunk.identity().in());
        Header subscribe = request.getHeader("Refer-Sub");
        boolean subscribed =
                subscribe == null
                        || !subscribe.toString().toLowerCase(Locale.ROOT).contains("false");
        Running wanted =
                new Running(transaction, request.getCSeq().getSeqNumber(), subscribed, false);
        if (!running.compareAndSet(null, wanted)) {
            throw SipRequestException.refused(491, "another transfer of this call is running");
        }
        TransferOrder order =
                new TransferOrder(false, trunk.name(), number, by(request), takeover, enclosed);
        if (!call.test(new CallInput.TransferRequested(leg, order))) {
            running.compareAndSet(wanted, null);
            throw SipRequestException.refused(503, "the call takes in nothing more");
        }
    }

    /// RFC 3515 §2.4.2: exactly one Refer-To.
    private static ReferToHeader only(SIPRequest request) throws SipRequestException {
        Iterator<?> fields = request.getHeaders(ReferToHeader.NAME);
        if (!fields.hasNext() || !(fields.next() instanceof ReferToHeader to) || fields.hasNext()) {
            throw SipRequestException.malformed("a REFER has exactly one Refer-To");
        }
        return to;
    }

    private static void checkMethod(URI uri) throws SipRequestException {
        if (uri instanceof SipURI target) {
            String method = target.getMethodParam();
            if (method != null && !method.equalsIgnoreCase("INVITE")) {
                throw SipRequestException.refused(DECLINED, "only calls are made by REFER");
            }
        } else if (!uri.getScheme().equalsIgnoreCase("tel")) {
            throw SipRequestException.refused(416, "URI scheme not served");
        }
    }

    /// Only a call to a number, by us or by the trunk itself.
    private void checkHost(URI uri) throws SipRequestException {
        if (uri instanceof SipURI target
                && !isAtTrunk(target.getHost())
                && !isOurs(target.getHost())) {
            throw SipRequestException.refused(
                    DECLINED, "Refer-To names neither this gateway nor the trunk");
        }
    }

    /// The call that the URI names besides the number: its place is to be taken.
    private static Optional<ReplacedDialog> dialog(URI uri) throws SipRequestException {
        List<String> values = UriHeaders.values(uri.toString(), ReplacesField.NAME);
        return values.isEmpty() || !(uri instanceof SipURI)
                ? Optional.empty()
                : Optional.of(ReplacesField.read(values.getFirst()));
    }

    /// A call of this gateway: one more of the same trunk's.
    private void checkOwn(SipDialogLeg other, boolean earlyOnly) throws SipRequestException {
        if (!other.trunk().name().equals(trunk.name())) {
            throw SipRequestException.refused(DECLINED, "Replaces names a call of another trunk");
        }
        if (other.id().call().equals(leg.call())) {
            throw SipRequestException.refused(DECLINED, "Replaces names this call itself");
        }
        Replacement.check(other, earlyOnly);
    }

    private boolean isOwnName(URI uri) {
        return trunk.uri().isPresent()
                && uri instanceof SipURI target
                && isAtTrunk(target.getHost());
    }

    private boolean isOurs(String host) {
        return sender.names().anyMatch(name -> name.equalsIgnoreCase(host));
    }

    private boolean isAtTrunk(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (trunk.uri()
                .map(uri -> TrunkUri.parse(uri).host())
                .filter(name -> name.equalsIgnoreCase(bare))
                .isPresent()) {
            return true;
        }
        return (SipGrammar.isIpv4(bare) || SipGrammar.isIpv6(bare))
                && trunk.addresses().stream()
                        .anyMatch(block -> block.contains(InetAddress.ofLiteral(bare)));
    }

    /// Who asks: Referred-By (RFC 3892), which nobody vouches for, or else the trunk's side of the
    /// dialog.
    private Party by(SIPRequest request) {
        return NamedAddress.all(request, ReferredByHeader.NAME).stream()
                .map(by -> new Party(by.number(), by.displayName()))
                .findFirst()
                .orElseGet(() -> CallerReader.read(request, trunk.identity().trusted()).caller());
    }

    /// What became of it. On the call's thread.
    void report(TransferReport report) {
        Running refer = running.get();
        if (refer == null) {
            return;
        }
        switch (report) {
            case TransferReport.Trying _ -> {
                running.set(
                        new Running(refer.transaction(), refer.number(), refer.subscribed(), true));
                replies.takeRefer(refer.transaction(), refer.subscribed());
                tell(refer, Response.TRYING, false);
            }
            case TransferReport.Ringing _ -> tell(refer, Response.RINGING, false);
            case TransferReport.Consulting _ -> {}
            case TransferReport.Done _ -> {
                running.set(null);
                tell(refer, Response.OK, true);
            }
            case TransferReport.Failed(EndCause cause) -> {
                running.set(null);
                tell(refer, failure(cause), true);
            }
            case TransferReport.Refused(EndCause cause) -> {
                running.set(null);
                replies.refuse(refer.transaction(), failure(cause), cause);
            }
        }
    }

    private static int failure(EndCause cause) {
        return cause.sipCode() >= 300 && cause.sipCode() <= 699
                ? cause.sipCode()
                : Response.TEMPORARILY_UNAVAILABLE;
    }

    private void tell(Running refer, int status, boolean over) {
        if (refer.subscribed()) {
            sender.tellOfRefer(refer.number(), status, over);
        }
    }

    /// The dialog ends: a REFER that waits for its answer gets one.
    Optional<ServerTransaction> drop() {
        Running refer = running.getAndSet(null);
        return refer == null || refer.taken() ? Optional.empty() : Optional.of(refer.transaction());
    }
}
