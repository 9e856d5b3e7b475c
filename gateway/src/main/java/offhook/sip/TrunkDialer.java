package offhook.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sip.SipException;
import javax.sip.message.Request;
import offhook.call.CallInbox;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegFactory;
import offhook.call.LegId;
import offhook.call.Target;
import offhook.config.CallSetUp.Reliable;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Calls numbers on trunks. Any thread; names are looked up and connections opened on virtual
/// threads of its own, so that no call waits for them.
final class TrunkDialer implements LegFactory {

    private static final Logger LOG = LogManager.getLogger(TrunkDialer.class);

    private final Map<String, TrunkConfig> byName;
    private final Dialogs dialogs;
    private final NanoClock clock;
    private final SipMessages messages = new SipMessages();
    private final InviteBuilder invites = new InviteBuilder();

    private final Outlets outlets;
    private final Map<String, TrunkStatus> statuses;
    private final Map<String, TrunkWays> ways;

    TrunkDialer(
            List<TrunkConfig> trunkConfigs,
            SipTrunks trunks,
            Dialogs dialogs,
            Outlets outlets,
            Map<String, TrunkStatus> statuses,
            NanoClock clock) {
        this.byName =
                trunkConfigs.stream()
                        .collect(Collectors.toMap(TrunkConfig::name, Function.identity()));
        this.dialogs = dialogs;
        this.outlets = outlets;
        this.statuses = statuses;
        this.ways =
                trunkConfigs.stream()
                        .collect(
                                Collectors.toMap(
                                        TrunkConfig::name,
                                        trunk -> new TrunkWays(trunk, outlets, trunks)));
        this.clock = clock;
    }

    @Override
    public Leg ring(
            LegId id,
            Target target,
            IncomingCall call,
            Optional<SessionDescription> offer,
            CallInbox inbox) {
        if (!(target instanceof Target.Trunk(String name, String number)) || offer.isEmpty()) {
            throw new IllegalStateException("not to be dialled: " + target);
        }
        TrunkConfig trunk = byName.get(name);
        TrunkStatus status = statuses.get(name);
        TrunkWays way = ways.get(name);
        if (trunk == null || status == null || way == null) {
            throw new IllegalStateException("no trunk " + name);
        }
        DialogSender sender = new DialogSender(id, trunk, messages);
        OutgoingSipLeg leg =
                new OutgoingSipLeg(
                        id,
                        trunk,
                        status,
                        Identifiers.next(),
                        dialogs,
                        sender,
                        way,
                        new Redirects(trunk.setUp().redirectHosts(), outlets::isOurs),
                        clock);
        leg.bind(inbox);
        Threads.virtual("sip-dial-" + id, () -> dial(leg, trunk, way, number, call, offer.get()))
                .start();
        return leg;
    }

    private void dial(
            OutgoingSipLeg leg,
            TrunkConfig trunk,
            TrunkWays ways,
            String number,
            IncomingCall call,
            SessionDescription offer) {
        try {
            TrunkUri uri =
                    TrunkUri.parse(
                            trunk.uri()
                                    .orElseThrow(() ->
                                            new IOException(
                                                    "trunk " + trunk.name() + " has no uri")));
            TrunkUri next = trunk.outboundProxy().map(TrunkUri::parse).orElse(uri);
            Way way = ways.toward(next.host(), next.portOrDefault(), next.transport());
            InetAddress address = way.address();
            Outlet outlet = way.outlet();
            leg.aims(way);
            TrunkStatus status = leg.status();
            status.aimed(address.getHostAddress() + ":" + next.portOrDefault());
            status.calling();
            Request invite =
                    invites.build(
                            uri,
                            number,
                            call.caller(),
                            leg.sender().localTag(),
                            leg.callId(),
                            outlet,
                            offer);
            invites.route(
                    invite,
                    status.serviceRoute(),
                    trunk.outboundProxy().isPresent() ? Optional.of(next) : Optional.empty());
            OptionTags.writeServed(invite, trunk);
            if (trunk.setUp().reliable() == Reliable.REQUIRED) {
                OptionTags.require(invite, OptionTags.RELIABLE);
            }
            leg.session().describes(offer);
            leg.session().asks(invite);
            leg.send(invite);
        } catch (IOException | SipException e) {
            LOG.info(
                    "trunk not reached trunk={} because=\"{}\"",
                    trunk.name(),
                    LogText.of(String.valueOf(e.getMessage())));
            leg.status().failed(0, "INVITE: " + LogText.of(String.valueOf(e.getMessage())));
            leg.onUnreachable(
                    EndCause.gateway(
                            "trunk-unreachable",
                            503,
                            38,
                            "trunk " + trunk.name() + " cannot be reached"));
        } catch (RuntimeException e) {
            LOG.error("defect while dialling on trunk={}", trunk.name(), e);
            leg.onUnreachable(EndCause.gateway("internal-error", 500, 41, "internal error"));
        }
    }
}
