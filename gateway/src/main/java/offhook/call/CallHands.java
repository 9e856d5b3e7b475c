package offhook.call;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import offhook.call.CallSnapshot.LegKind;
import offhook.sdp.SessionDescription;
import offhook.telemetry.LogContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Carries out what was decided for one call, and holds what it has hold of thereby: its legs,
/// their media, its claims to agents and the times when it wants to be woken. On the call's thread.
final class CallHands {

    private static final Logger LOG = LogManager.getLogger(CallHands.class);

    private static final Comparator<LegId> BY_INDEX = Comparator.comparingInt(LegId::index);

    private final CallInbox call;
    private final IncomingCall incoming;
    private final CallPorts ports;

    private final Map<LegId, Leg> legs = new HashMap<>();
    private final PriorityQueue<Long> wakeTimes = new PriorityQueue<>();
    private final Map<LegId, MediaProfile> openMedia = new TreeMap<>(BY_INDEX);
    private final Map<LegId, LegKind> kinds = new HashMap<>();

    /// Reservations that were asked for and not given back.
    private final Set<ClaimToken> claims = new HashSet<>();

    /// Agents by the legs that they were rung on.
    private final Map<LegId, String> agents = new HashMap<>();

    /// The one who talks, or whom the call was for last.
    private String agent = "";

    private boolean talked;

    private final WayOut wayOut = new WayOut();

    /// @param call is told of what comes of it
    /// @param origin the leg that the call came by
    CallHands(CallInbox call, IncomingCall incoming, Leg origin, CallPorts ports) {
        this.call = call;
        this.incoming = incoming;
        this.ports = ports;
        this.agent = incoming.details().placedBy().orElse("");
        legs.put(new LegId(call.callId(), 0), origin);
    }

    /// The agent who talks, or for whom the call was last; before that the one who makes it, if any
    /// does.
    String agent() {
        return agent;
    }

    /// The trunk that the call goes out by, or went in vain; empty: none so far.
    String outTrunk() {
        return wayOut.trunk();
    }

    /// Whoever was rung on this leg talks now.
    void talksOn(LegId leg) {
        talked = true;
        isFor(agents.getOrDefault(leg, agent));
    }

    /// A leg that came by itself.
    void takeIn(LegId legId, Leg leg) {
        legs.put(legId, leg);
    }

    /// Whether media of a leg is not known to be closed.
    boolean hasOpenMedia() {
        return !openMedia.isEmpty();
    }

    /// Media of a leg is closed.
    void mediaClosed(LegId leg) {
        openMedia.remove(leg);
    }

    /// The legs whose media is open.
    List<LegKind> openLegs() {
        return openMedia.entrySet().stream()
                .map(open -> LegKind.of(open.getKey(), open.getValue()))
                .toList();
    }

    /// What kind of leg that is, or was; empty when its media was never opened.
    Optional<LegKind> kind(LegId leg) {
        return Optional.ofNullable(kinds.get(leg));
    }

    /// When the call next wants to be woken; empty when it does not.
    OptionalLong nextWakeNanos() {
        Long next = wakeTimes.peek();
        return next == null ? OptionalLong.empty() : OptionalLong.of(next);
    }

    /// That time has come.
    void woke() {
        wakeTimes.poll();
    }

    /// Ends and gives back all of it, whatever fails at that.
    void letGo(EndCause cause) {
        legs.forEach((legId, leg) -> abandon(legId, leg, cause));
        claims.forEach(ports.agents()::release);
    }

    private void abandon(LegId legId, Leg leg, EndCause cause) {
        try {
            ports.media().close(legId);
            leg.end(cause);
        } catch (RuntimeException e) {
            LOG.error("leg {} could not be ended", legId, e);
        }
    }

    /// Does one thing that was decided.
    void carryOut(CallEffect effect) {
        switch (effect) {
            case CallEffect.OpenMedia e -> {
                // Whoever did not come is called.
                if (!legs.containsKey(e.leg())
                        && e.profile() instanceof MediaProfile.Trunk profile) {
                    wayOut.tried(profile.trunk(), talked);
                }
                openMedia.put(e.leg(), e.profile());
                kinds.put(e.leg(), LegKind.of(e.leg(), e.profile()));
                ports.media().open(e.leg(), e.profile(), e.offer(), call);
            }
            case CallEffect.UpdateMedia e -> ports.media().update(e.leg(), e.offer());
            case CallEffect.AcceptMedia e -> ports.media().accept(e.leg(), e.answer());
            case CallEffect.JoinMedia e -> ports.media().join(e.one(), e.other());
            case CallEffect.PlayMedia e -> ports.media().play(e.leg(), e.what());
            case CallEffect.StopMedia e -> ports.media().stopPlaying(e.leg());
            case CallEffect.PartMedia e -> ports.media().part(e.leg());
            case CallEffect.SendDigit e ->
                    ports.media()
                            .sendDigit(
                                    e.leg(),
                                    e.digit(),
                                    e.durationMillis(),
                                    leg(e.leg()).takesDigits());
            case CallEffect.SignalDigit e -> leg(e.leg()).sendDigit(e.digit(), e.durationMillis());
            case CallEffect.CloseMedia e -> ports.media().close(e.leg());
            case CallEffect.ClaimAgent e -> {
                if (!talked) {
                    isFor(e.agent()); // Also of one who cannot be had: the call was for him.
                }
                claims.add(e.token());
                ports.agents().claim(e.agent(), e.token(), CallMachine.LEASE, call);
            }
            case CallEffect.ConfirmClaim e -> {
                claims.add(e.token());
                ports.agents().confirm(e.token());
            }
            case CallEffect.ReleaseClaim e -> {
                claims.remove(e.token());
                ports.agents().release(e.token());
            }
            case CallEffect.EnterQueue e -> {
                claims.add(e.ticket());
                ports.agents().enter(e.queue(), e.ticket(), CallMachine.LEASE, call);
            }
            case CallEffect.LeaveQueue e -> {
                claims.remove(e.ticket());
                ports.agents().leave(e.ticket(), e.exit());
            }
            case CallEffect.ReturnClaim e -> {
                claims.remove(e.token());
                ports.agents().untaken(e.token(), e.missed());
            }
            case CallEffect.RingTarget e -> ring(e.leg(), e.target(), incoming, e.offer());
            case CallEffect.RingThird e ->
                    ring(
                            e.leg(),
                            e.target(),
                            incoming.shownAs(e.caller(), e.order().target(), e.order().enclosed()),
                            e.offer());
            case CallEffect.ReferLeg e ->
                    leg(e.leg()).refer(e.target(), e.replaced().map(this::leg), e.enclosed());
            case CallEffect.TellTransfer e -> leg(e.leg()).transferring(e.report());
            case CallEffect.TellParty e -> leg(e.leg()).talksTo(e.party());
            case CallEffect.OfferLeg e -> leg(e.leg()).offered(e.local());
            case CallEffect.AlertLeg e -> leg(e.leg()).alert(e.local());
            case CallEffect.TellProgress e -> leg(e.leg()).progress(e.local());
            case CallEffect.AnswerLeg e -> leg(e.leg()).answer(e.local());
            case CallEffect.TellConnected e -> leg(e.leg()).connected();
            case CallEffect.TellMoved e -> leg(e.leg()).mediaMoved();
            case CallEffect.AnswerUpdate e -> leg(e.leg()).answerUpdate(e.local());
            case CallEffect.RefuseUpdate e -> leg(e.leg()).refuseUpdate(e.cause());
            case CallEffect.ShowDigit e -> leg(e.leg()).showDigit(e.digit());
            case CallEffect.TellHold e -> leg(e.leg()).holding(e.mine(), e.theirs());
            case CallEffect.EndLeg e -> leg(e.leg()).end(e.cause());
            case CallEffect.WakeAt e -> wakeTimes.add(e.nanos());
        }
    }

    private void ring(
            LegId legId, Target target, IncomingCall shown, Optional<SessionDescription> offer) {
        if (target instanceof Target.Agent(String name)) {
            isFor(name);
            agents.put(legId, name);
        }
        if (target instanceof Target.OnTrunk to) {
            LogContext.trunk(to.trunk());
        }
        legs.put(legId, ports.legs().ring(legId, target, shown, offer, call));
    }

    private void isFor(String name) {
        agent = name;
        LogContext.agent(name);
    }

    /// The leg of that name, which there is.
    Leg leg(LegId legId) {
        Leg leg = legs.get(legId);
        if (leg == null) {
            throw new IllegalStateException("no leg " + legId);
        }
        return leg;
    }
}
