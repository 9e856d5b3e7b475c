package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sip.ClientTransaction;
import javax.sip.SipException;
import javax.sip.address.SipURI;
import javax.sip.header.RetryAfterHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Target;
import offhook.config.CallSetUp.Reliable;
import offhook.config.TrunkConfig;
import offhook.runtime.Threads;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// One call on its way out: asks one target of the trunk after the other until one has it (RFC 3263
/// §4.3), each by an INVITE of its own call, so that nothing an earlier target says late can be
/// taken for the word of a later one. What may wait, for names, for connections, for a target that
/// says nothing, waits on virtual threads of its own; of these only one acts at a time.
final class TrunkDial {

    private static final Logger LOG = LogManager.getLogger(TrunkDial.class);

    private final OutgoingSipLeg leg;
    private final TrunkConfig trunk;
    private final TrunkTargets targets;
    private final Target.OnTrunk to;
    private final IncomingCall call;
    private final SessionDescription offer;
    private final SipTrunks trunks;
    private final Outlets outlets;
    private final LongRequests longRequests;
    private final PlaceTeller teller;
    private final Redirects redirects;
    private final InviteBuilder invites = new InviteBuilder();
    private final CallerWriter callers = new CallerWriter();
    private final SipMessages messages = new SipMessages();

    // Handed on from one of its threads to the next.
    private volatile Iterator<TrunkTarget> left = List.<TrunkTarget>of().iterator();
    private volatile EndCause last;
    private volatile @Nullable TrunkTarget asked;

    /// The target whose TCP connections break, if any.
    private volatile @Nullable TrunkTarget breaking;

    TrunkDial(
            OutgoingSipLeg leg,
            TrunkTargets targets,
            Target.OnTrunk to,
            IncomingCall call,
            SessionDescription offer,
            SipTrunks trunks,
            Outlets outlets,
            LongRequests longRequests,
            PlaceTeller teller) {
        this.leg = leg;
        this.trunk = leg.trunk();
        this.targets = targets;
        this.to = to;
        this.call = call;
        this.offer = offer;
        this.trunks = trunks;
        this.outlets = outlets;
        this.longRequests = longRequests;
        this.teller = teller;
        this.redirects = new Redirects(trunk.setUp().redirectHosts(), outlets::isOurs);
        this.last = unreachable();
    }

    /// Begins; returns at once.
    void start() {
        leg.dialledBy(this);
        go(this::begin);
    }

    /// Whether after this status another target is asked.
    boolean mayGoOn(int status) {
        return left.hasNext() && trunk.reach().failover().codes().contains(status);
    }

    /// Asks the next target; returns at once.
    ///
    /// @param why what the last one had to say
    void goOn(EndCause why) {
        last = why;
        go(this::next);
    }

    /// The connection to the target broke before it said a word; returns at once.
    void lost(IOException why) {
        try (var _ = leg.inLog()) {
            goOnAfter(why);
        }
    }

    private void goOnAfter(IOException why) {
        TrunkTarget target = asked;
        if (target == null) {
            failed(why);
            leg.onUnreachable(last);
            return;
        }
        LOG.info("connection lost target=\"{}\"", target);
        teller.lost(why(why));
        if (target.transport().equals("udp") && !target.equals(breaking)) {
            breaking = target;
            go(() -> {
                if (!tries(target)) {
                    next();
                }
            });
        } else {
            failed(why);
            targets.healthOf(target).onUnheard("INVITE: " + why(why));
            go(this::next);
        }
    }

    /// The target that is asked answers.
    void onHeard(SIPResponse response) {
        teller.heard(response.getStatusCode());
        TrunkTarget answering = asked;
        if (answering == null) {
            return;
        }
        TargetHealth health = targets.healthOf(answering);
        if (response.getStatusCode() != Response.SERVICE_UNAVAILABLE) {
            health.onAnswered();
        } else if (response.getHeader(RetryAfterHeader.NAME) instanceof RetryAfterHeader later) {
            health.onRetryAfter(later.getRetryAfter(), "INVITE: 503 Service Unavailable");
        }
    }

    private void go(Runnable step) {
        Threads.virtual(
                        "sip-dial-" + leg.id(),
                        () -> {
                            try (var _ = leg.inLog()) {
                                guarded(step);
                            }
                        })
                .start();
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("defect while dialling", e);
            leg.onUnreachable(EndCause.gateway("internal-error", 500, 41, "internal error"));
        }
    }

    private void begin() {
        try {
            left = targets.ofCalls(trunks.isEmergency(to.number())).iterator();
            leg.status().calling();
        } catch (IOException e) {
            failed(e);
        }
        next();
    }

    /// Asks the next target that can be asked.
    private void next() {
        while (left.hasNext() && leg.phase() == SipDialogLeg.Phase.RINGING) {
            if (tries(left.next())) {
                return;
            }
        }
        leg.onUnreachable(last);
    }

    private boolean tries(TrunkTarget target) {
        try {
            return takes(target);
        } catch (IOException | SipException e) {
            failed(e);
            teller.lost(why(e));
            targets.healthOf(target).onUnheard("INVITE: " + why(e));
            return false;
        }
    }

    private void failed(Exception e) {
        LOG.info("trunk not reached because=\"{}\"", why(e));
        leg.status().failed(0, "INVITE: " + why(e));
        last = unreachable();
    }

    private static String why(Exception e) {
        return LogText.of(String.valueOf(e.getMessage()));
    }

    private EndCause unreachable() {
        return EndCause.gateway(
                "trunk-unreachable", 503, 38, "trunk " + trunk.name() + " cannot be reached");
    }

    /// Asks a target, and waits until it says something or its time is over.
    ///
    /// @return false when it said nothing and another one is to be asked
    private boolean takes(TrunkTarget target) throws IOException, SipException {
        asked = target;
        teller.asks(target);
        ClientTransaction invite = ask(target);
        Threads.pause(trunk.reach().failover().patience().toNanos());
        if (leg.phase() != SipDialogLeg.Phase.RINGING || !leg.abandon(invite)) {
            return true;
        }
        LOG.info("no answer to INVITE target=\"{}\"", target);
        teller.silent();
        targets.healthOf(target).onUnheard("INVITE: no answer");
        leg.status().invited(Response.REQUEST_TIMEOUT);
        last = OutgoingSipLeg.UNANSWERED;
        return false;
    }

    private ClientTransaction ask(TrunkTarget target) throws IOException, SipException {
        if (outlets.isOurs(target.address(), target.port())) {
            // JAIN-SIP would hand the INVITE to itself, past the front door.
            throw new IOException(target.where() + " is this gateway itself, not a trunk");
        }
        Outlet outlet = outlet(target.transport(), target);
        trunks.reaches(target, trunk);
        leg.status().aimed(target.where());
        leg.sender().leaveBy(outlet);
        leg.aims(target);
        Request invite =
                invites.build(
                        target.uri(),
                        to.number(),
                        call.caller(),
                        leg.sender().localTag(),
                        leg.callId(),
                        outlet,
                        offer);
        Hops.leaving(leg.dialogs(), leg.id().call()).mark(invite);
        callers.write(invite, trunk.identity(), call, outlet.binding().advertisedHost());
        invites.route(
                invite,
                leg.status().serviceRoute(target.where()),
                trunk.outboundProxy().map(TrunkUri::parse));
        messages.addCapabilities(invite, trunk);
        if (trunk.setUp().reliable() == Reliable.REQUIRED) {
            OptionTags.require(invite, OptionTags.RELIABLE);
        }
        if (to instanceof Target.Dialog into) {
            ReplacesField.write(invite, into.replaced());
            OptionTags.require(invite, OptionTags.REPLACES);
        }
        leg.session().describes(offer);
        leg.session().asks(invite);
        return send(invite, target);
    }

    /// The way to a target, where we are called as the trunk knows us.
    private Outlet outlet(String transport, TrunkTarget target) throws IOException {
        return outlets.toward(transport, target.address())
                .toldTo(trunk)
                .contactedAs(trunk.identity().contactUser())
                .toward(target.uri());
    }

    /// Where a refusal leads (RFC 3261 §8.1.3.4).
    Redirects.Next redirect(ClientTransaction sent, SIPResponse refusal) {
        return redirects.after(sent, refusal);
    }

    /// Goes on with the same call elsewhere; returns at once.
    void follow(Request refused, SipURI elsewhere) {
        asked = null;
        go(() -> {
            try {
                TrunkTarget target = placeOf(elsewhere);
                Outlet outlet = outlet(target.transport(), target);
                trunks.reaches(target, trunk);
                LOG.info("redirected leg={} to={}", leg.id(), target);
                teller.asks(target);
                leg.sender().leaveBy(outlet);
                leg.movesTo(target);
                send(invites.elsewhere(refused, elsewhere, outlet), target);
            } catch (IOException | SipException e) {
                failed(e);
                teller.lost(why(e));
                leg.onUnreachable(last);
            }
        });
    }

    /// The host is one that the configuration lists.
    private static TrunkTarget placeOf(SipURI uri) throws IOException {
        String asked = uri.getTransportParam();
        String transport = asked == null ? "udp" : asked.toLowerCase(Locale.ROOT);
        String host = Redirects.host(uri);
        int port = Redirects.port(uri);
        return new TrunkTarget(
                new TrunkUri(host, OptionalInt.of(port), Optional.ofNullable(asked), false),
                host,
                InetAddress.getByName(host),
                port,
                transport);
    }

    /// Sends an INVITE: by TCP when it is too long for UDP and the configuration leaves it open
    /// (RFC 3261 §18.1.1), by UDP after all when TCP leads nowhere.
    ///
    /// @param target for which it is made
    ClientTransaction send(Request invite, TrunkTarget target) throws IOException, SipException {
        int lengthBytes = ((SIPRequest) invite).encodeAsBytes("udp").length;
        if (lengthBytes > LongRequests.MOST_UDP_BYTES && target.transport().equals("udp")) {
            if (target.equals(breaking)) {
                longRequests.byUdp(lengthBytes, "its tcp connections break");
            } else if (longRequests.mayChange(target)) {
                try {
                    return sendBy("tcp", invite, target);
                } catch (IOException | SipException e) {
                    longRequests.byUdp(
                            lengthBytes, "tcp leads nowhere: " + LogText.of(e.toString()));
                }
            } else {
                longRequests.byUdp(lengthBytes, "its uri names udp");
            }
        }
        return sendBy(target.transport(), invite, target);
    }

    private ClientTransaction sendBy(String transport, Request invite, TrunkTarget target)
            throws IOException, SipException {
        Outlet outlet = outlet(transport, target);
        leg.sender().leaveBy(outlet);
        ClientTransaction transaction =
                outlet.provider().getNewClientTransaction(invites.by(invite, outlet));
        leg.send(transaction);
        return transaction;
    }
}
