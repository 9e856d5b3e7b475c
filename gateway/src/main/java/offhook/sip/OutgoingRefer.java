package offhook.sip;

import gov.nist.javax.sip.header.Event;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sip.header.ContentTypeHeader;
import javax.sip.header.EventHeader;
import javax.sip.header.SubscriptionStateHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.Target;
import offhook.config.TrunkConfig;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Asks the peer of a leg to call somebody itself, and hears how that goes (RFC 3515): the REFER,
/// and the subscription that comes with it (RFC 6665). The call's thread asks, those of JAIN-SIP
/// report; what they share is which attempt runs.
final class OutgoingRefer {

    private static final Logger LOG = LogManager.getLogger(OutgoingRefer.class);
    private static final Pattern STATUS =
            Pattern.compile("SIP/2\\.0 ([1-6][0-9]{2})( [^\\r\\n]*)?");

    private static final String SIPFRAG = "sipfrag";
    private static final int BAD_EVENT = 489;

    private final LegId leg;
    private final TrunkConfig trunk;
    private final DialogSender sender;
    private final Consumer<CallInput> call;
    private final AtomicReference<@Nullable Attempt> running = new AtomicReference<>();

    /// Written by JAIN-SIP's threads before the dialog is confirmed, read by the call's.
    private volatile boolean peerRefuses;

    OutgoingRefer(LegId leg, TrunkConfig trunk, DialogSender sender, Consumer<CallInput> call) {
        this.leg = leg;
        this.trunk = trunk;
        this.sender = sender;
        this.call = call;
    }

    /// One REFER; comes back with its transaction.
    final class Attempt {

        /// The response to it, or none came: 408.
        void onResponse(int status) {
            if (running.get() != this || status < 200) {
                return;
            }
            if (status < 300) {
                call.accept(new CallInput.ReferTaken(leg));
            } else {
                over(this, true, status, "the REFER was refused");
            }
        }
    }

    /// The peer says whether it serves REFER (RFC 3261 §20.5).
    void peerServes(boolean refers) {
        peerRefuses = !refers;
    }

    /// What is wanted is nothing that the peer could do.
    void cannotAsk() {
        call.accept(outcome(true, Response.NOT_IMPLEMENTED, "the target is elsewhere"));
    }

    /// Asks the peer.
    ///
    /// @param replaced the dialog that it is to take over
    /// @param enclosed what goes along, as far as the trunk is let have it
    void ask(Target.Trunk target, Optional<SipDialogLeg> replaced, Enclosed enclosed) {
        Attempt attempt = new Attempt();
        if (!trunk.transfers().refer()
                || !target.trunk().equals(trunk.name())
                || peerRefuses
                || !running.compareAndSet(null, attempt)) {
            call.accept(outcome(true, Response.NOT_IMPLEMENTED, "the trunk is not to be asked"));
            return;
        }
        Optional<String> uri =
                replaced.isPresent()
                        ? takingOver(replaced.get())
                        : trunk.uri().map(to -> number(to, target.number()));
        if (uri.isEmpty() || !sender.refer("<" + uri.get() + ">", enclosed.headers(), attempt)) {
            over(attempt, true, Response.SERVICE_UNAVAILABLE, "the REFER could not be sent");
        }
    }

    private static String number(String trunk, String number) {
        TrunkUri to = TrunkUri.parse(trunk);
        String user = URLEncoder.encode(number, StandardCharsets.UTF_8).replace("%2B", "+");
        String port = to.port().isPresent() ? ":" + to.port().getAsInt() : "";
        return "sip:" + user + "@" + to.uriHost() + port;
    }

    /// RFC 5589 §7.1: what the target answers to, and the dialog in its headers.
    private static Optional<String> takingOver(SipDialogLeg consulted) {
        return consulted
                .sender()
                .remoteTarget()
                .flatMap(target ->
                        consulted
                                .sender()
                                .replaced()
                                .map(dialog ->
                                        target
                                                + "?Replaces="
                                                + URLEncoder.encode(
                                                        dialog, StandardCharsets.UTF_8)));
    }

    /// NOTIFY.
    ///
    /// @return the status that answers it
    int onNotify(Request notify) {
        Attempt attempt = running.get();
        if (!(notify.getHeader(Event.NAME) instanceof EventHeader event)
                || !event.getEventType().equalsIgnoreCase("refer")) {
            return BAD_EVENT;
        }
        if (attempt == null) {
            return Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST;
        }
        if (!(notify.getHeader(SubscriptionStateHeader.NAME)
                instanceof SubscriptionStateHeader state)) {
            return Response.BAD_REQUEST;
        }
        boolean terminated = state.getState().equalsIgnoreCase("terminated");
        int status = status(notify);
        if (status >= 200) {
            over(attempt, false, status, "the target answered");
        } else if (terminated) {
            // The subscription ends and nobody says how the call went (RFC 6665 §4.1.3).
            over(attempt, false, Response.REQUEST_TIMEOUT, "the subscription ended");
        } else if (status > 100) {
            call.accept(new CallInput.ReferRings(leg));
        } else if (status == 100) {
            call.accept(new CallInput.ReferTaken(leg));
        }
        return status == 0 && !terminated ? Response.BAD_REQUEST : Response.OK;
    }

    /// The status line of the message in the body (RFC 3420); 0 when there is none.
    private static int status(Request notify) {
        byte[] body = notify.getRawContent();
        if (body == null
                || !(notify.getHeader(ContentTypeHeader.NAME) instanceof ContentTypeHeader type)
                || !type.getContentSubType().equalsIgnoreCase(SIPFRAG)) {
            return 0;
        }
        Matcher line = STATUS.matcher(new String(body, StandardCharsets.UTF_8));
        return line.lookingAt() ? Integer.parseInt(line.group(1)) : 0;
    }

    private void over(Attempt attempt, boolean refused, int status, String why) {
        if (running.compareAndSet(attempt, null)) {
            call.accept(outcome(refused, status, why));
        }
    }

    private CallInput outcome(boolean refused, int status, String why) {
        EndCause cause =
                status < 300
                        ? EndCause.gateway("transferred", Response.OK, 16, "")
                        : SipCauses.ofTransfer(status);
        LOG.debug("refer over leg={} refused={} status={} why={}", leg, refused, status, why);
        return new CallInput.ReferOver(leg, refused, cause);
    }
}
