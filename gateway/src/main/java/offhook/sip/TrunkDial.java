package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import javax.sip.ClientTransaction;
import javax.sip.SipException;
import javax.sip.address.SipURI;
import javax.sip.message.Request;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.config.CallSetUp.Reliable;
import offhook.config.TrunkConfig;
import offhook.runtime.Threads;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// One call on its way out: asks one target of the trunk after the other until one has it (RFC 3263
/// §4.3), each by an INVITE of its own call, so that nothing an earlier target says late can be
/// taken for the word of a later one. What may wait, for names, for connections, for a target that
/// says nothing, waits on virtual threads of its own; of these only one acts at a time.
final class TrunkDial {

    private static final Logger LOG = LogManager.getLogger(TrunkDial.class);

    /// After these another target may still have the call (RFC 3261 §21.4.9, §21.5).
    private static final Set<Integer> CAN_BE_HAD_ELSEWHERE = Set.of(408, 500, 502, 503, 504);

    private final OutgoingSipLeg leg;
    private final TrunkConfig trunk;
    private final TrunkTargets targets;
    private final String number;
    private final IncomingCall call;
    private final SessionDescription offer;
    private final SipTrunks trunks;
    private final Outlets outlets;
    private final LongRequests longRequests;
    private final Redirects redirects;
    private final InviteBuilder invites = new InviteBuilder();

    // Handed on from one of its threads to the next.
    private volatile Iterator<TrunkTarget> left = List.<TrunkTarget>of().iterator();
    private volatile EndCause last;

    TrunkDial(
            OutgoingSipLeg leg,
            TrunkTargets targets,
            String number,
            IncomingCall call,
            SessionDescription offer,
            SipTrunks trunks,
            Outlets outlets,
            LongRequests longRequests) {
        this.leg = leg;
        this.trunk = leg.trunk();
        this.targets = targets;
        this.number = number;
        this.call = call;
        this.offer = offer;
        this.trunks = trunks;
        this.outlets = outlets;
        this.longRequests = longRequests;
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
        return left.hasNext() && CAN_BE_HAD_ELSEWHERE.contains(status);
    }

    /// Asks the next target; returns at once.
    ///
    /// @param why what the last one had to say
    void goOn(EndCause why) {
        last = why;
        go(this::next);
    }

    private void go(Runnable step) {
        Threads.virtual("sip-dial-" + leg.id(), () -> guarded(step)).start();
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("defect while dialling on trunk={}", trunk.name(), e);
            leg.onUnreachable(EndCause.gateway("internal-error", 500, 41, "internal error"));
        }
    }

    private void begin() {
        try {
            left = targets.ofCalls().iterator();
            leg.status().calling();
        } catch (IOException e) {
            failed(e);
        }
        next();
    }

    /// Asks the next target that can be asked.
    private void next() {
        while (left.hasNext() && leg.phase() == SipDialogLeg.Phase.RINGING) {
            TrunkTarget target = left.next();
            try {
                ask(target);
                return;
            } catch (IOException | SipException e) {
                failed(e);
            }
        }
        leg.onUnreachable(last);
    }

    private void failed(Exception e) {
        String why = LogText.of(String.valueOf(e.getMessage()));
        LOG.info("trunk not reached trunk={} because=\"{}\"", trunk.name(), why);
        leg.status().failed(0, "INVITE: " + why);
        last = unreachable();
    }

    private EndCause unreachable() {
        return EndCause.gateway(
                "trunk-unreachable", 503, 38, "trunk " + trunk.name() + " cannot be reached");
    }

    private void ask(TrunkTarget target) throws IOException, SipException {
        Outlet outlet = outlets.toward(target.transport(), target.address());
        trunks.reaches(target.address(), trunk);
        leg.status().aimed(target.where());
        leg.sender().leaveBy(outlet);
        leg.aims(target);
        Request invite =
                invites.build(
                        target.uri(),
                        number,
                        call.caller(),
                        leg.sender().localTag(),
                        leg.callId(),
                        outlet,
                        offer);
        invites.route(
                invite, leg.status().serviceRoute(), trunk.outboundProxy().map(TrunkUri::parse));
        OptionTags.writeServed(invite, trunk);
        if (trunk.setUp().reliable() == Reliable.REQUIRED) {
            OptionTags.require(invite, OptionTags.RELIABLE);
        }
        leg.session().describes(offer);
        leg.session().asks(invite);
        send(invite, target);
    }

    /// Where a refusal leads (RFC 3261 §8.1.3.4).
    Redirects.Next redirect(ClientTransaction sent, SIPResponse refusal) {
        return redirects.after(sent, refusal);
    }

    /// Goes on with the same call elsewhere; returns at once.
    void follow(Request refused, SipURI elsewhere) {
        go(() -> {
            try {
                TrunkTarget target = placeOf(elsewhere);
                Outlet outlet = outlets.toward(target.transport(), target.address());
                trunks.reaches(target.address(), trunk);
                LOG.info("redirected leg={} trunk={} to={}", leg.id(), trunk.name(), target);
                leg.sender().leaveBy(outlet);
                leg.movesTo(target);
                send(invites.elsewhere(refused, elsewhere, outlet), target);
            } catch (IOException | SipException e) {
                failed(e);
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
                new TrunkUri(host, OptionalInt.of(port), transport, asked != null),
                InetAddress.getByName(host),
                port,
                transport);
    }

    /// Sends an INVITE: by TCP when it is too long for UDP and the configuration leaves it open
    /// (RFC 3261 §18.1.1), by UDP after all when TCP leads nowhere.
    ///
    /// @param target for which it is made
    void send(Request invite, TrunkTarget target) throws IOException, SipException {
        int lengthBytes = ((SIPRequest) invite).encodeAsBytes("udp").length;
        if (lengthBytes > LongRequests.MOST_UDP_BYTES && target.transport().equals("udp")) {
            if (longRequests.mayChange()) {
                try {
                    sendBy("tcp", invite, target);
                    return;
                } catch (IOException | SipException e) {
                    longRequests.byUdp(
                            lengthBytes, "tcp leads nowhere: " + LogText.of(e.toString()));
                }
            } else {
                longRequests.byUdp(lengthBytes, "its uri names udp");
            }
        }
        sendBy(target.transport(), invite, target);
    }

    private void sendBy(String transport, Request invite, TrunkTarget target)
            throws IOException, SipException {
        Outlet outlet = outlets.toward(transport, target.address());
        leg.sender().leaveBy(outlet);
        leg.send(outlet.provider().getNewClientTransaction(invites.by(invite, outlet)));
    }
}
