package offhook.sip;

import java.util.Optional;
import offhook.call.CallInbox;
import offhook.call.CallWatcher;
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

    private final TrunkLines lines;
    private final SipTrunks trunks;
    private final Dialogs dialogs;
    private final NanoClock clock;
    private final SipMessages messages = new SipMessages();
    private final Outlets outlets;

    /// Written once, before the first call goes out.
    private volatile CallWatcher watcher = CallWatcher.NONE;

    TrunkDialer(
            TrunkLines lines, SipTrunks trunks, Dialogs dialogs, Outlets outlets, NanoClock clock) {
        this.lines = lines;
        this.trunks = trunks;
        this.dialogs = dialogs;
        this.outlets = outlets;
        this.clock = clock;
    }

    /// Who is told which places of trunks are asked, and what they say.
    void tellPlaces(CallWatcher listener) {
        watcher = listener;
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
        return lines.find(to.trunk())
                .map(line -> ring(id, line, to, call, offer.get(), inbox))
                .orElseGet(() -> GoneLeg.of(id, to.trunk(), inbox));
    }

    private Leg ring(
            LegId id,
            TrunkLines.Line line,
            Target.OnTrunk to,
            IncomingCall call,
            SessionDescription offer,
            CallInbox inbox) {
        TrunkConfig trunk = line.config();
        DialogSender sender = new DialogSender(id, trunk, messages);
        OutgoingSipLeg leg = new OutgoingSipLeg(id, trunk, line.status(), dialogs, sender, clock);
        leg.bind(inbox);
        boolean emergency = trunks.isEmergency(to.number());
        Optional<TrunkLoad.Slot> slot = trunks.loadOf(trunk).take(emergency);
        if (slot.isEmpty()) {
            leg.onUnreachable(
                    EndCause.gateway(
                            "trunk-full",
                            503,
                            34,
                            "trunk " + trunk.name() + " has all the calls it may have"));
            return leg;
        }
        leg.holds(slot.get());
        PlaceTeller teller = new PlaceTeller(id, watcher, clock);
        new TrunkDial(
                        leg,
                        line.targets(),
                        to,
                        call,
                        offer,
                        trunks,
                        outlets,
                        line.longRequests(),
                        teller)
                .start();
        return leg;
    }
}
