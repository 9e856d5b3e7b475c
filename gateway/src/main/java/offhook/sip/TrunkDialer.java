package offhook.sip;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import offhook.call.CallInbox;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegFactory;
import offhook.call.LegId;
import offhook.call.Target;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.sdp.SessionDescription;

/// Calls numbers on trunks. Any thread; what takes time is left to a [TrunkDial].
final class TrunkDialer implements LegFactory {

    private final Map<String, TrunkConfig> byName;
    private final Map<String, TrunkTargets> targets;
    private final SipTrunks trunks;
    private final Dialogs dialogs;
    private final NanoClock clock;
    private final SipMessages messages = new SipMessages();
    private final Outlets outlets;
    private final Map<String, TrunkStatus> statuses;
    private final Map<String, LongRequests> longRequests;

    TrunkDialer(
            List<TrunkConfig> trunkConfigs,
            Map<String, TrunkTargets> targets,
            SipTrunks trunks,
            Dialogs dialogs,
            Outlets outlets,
            Map<String, TrunkStatus> statuses,
            NanoClock clock) {
        this.byName =
                trunkConfigs.stream()
                        .collect(Collectors.toMap(TrunkConfig::name, Function.identity()));
        this.targets = Map.copyOf(targets);
        this.trunks = trunks;
        this.dialogs = dialogs;
        this.outlets = outlets;
        this.statuses = statuses;
        this.longRequests =
                trunkConfigs.stream()
                        .collect(Collectors.toMap(TrunkConfig::name, LongRequests::new));
        this.clock = clock;
    }

    @Override
    public Leg ring(
            LegId id,
            Target target,
            IncomingCall call,
            Optional<SessionDescription> offer,
            CallInbox inbox) {
        if (!(target instanceof Target.OnTrunk to) || offer.isEmpty()) {
            throw new IllegalStateException("not to be dialled: " + target);
        }
        String name = to.trunk();
        TrunkConfig trunk = byName.get(name);
        TrunkStatus status = statuses.get(name);
        TrunkTargets where = targets.get(name);
        LongRequests length = longRequests.get(name);
        if (trunk == null || status == null || where == null || length == null) {
            throw new IllegalStateException("no trunk " + name);
        }
        DialogSender sender = new DialogSender(id, trunk, messages);
        OutgoingSipLeg leg = new OutgoingSipLeg(id, trunk, status, dialogs, sender, clock);
        leg.bind(inbox);
        boolean emergency = trunks.isEmergency(to.number());
        Optional<TrunkLoad.Slot> slot = trunks.loadOf(trunk).take(emergency);
        if (slot.isEmpty()) {
            leg.onUnreachable(
                    EndCause.gateway(
                            "trunk-full",
                            503,
                            34,
                            "trunk " + name + " has all the calls it may have"));
            return leg;
        }
        leg.holds(slot.get());
        new TrunkDial(leg, where, to, call, offer.get(), trunks, outlets, length).start();
        return leg;
    }
}
