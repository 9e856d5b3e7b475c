package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallEffect.AlertLeg;
import offhook.call.CallEffect.ClaimAgent;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.ReturnClaim;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.TellProgress;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallState.Claiming;
import offhook.call.CallState.Ended;
import offhook.call.CallState.Offering;
import offhook.call.CallState.Waiting;

/// Tries the targets of a call's plan one after the other, and what the caller hears meanwhile.
/// Pure.
final class CallTargets {

    /// What the gateway itself says of a trunk that heard nothing of the call, or may not.
    private static final Set<Integer> UNASKED = Set.of(408, 503);

    private final IncomingCall incoming;
    private final CallPlan plan;
    private final LegId caller;
    private final QueueMachine queues;

    CallTargets(IncomingCall incoming, CallPlan plan, CallLimits limits, LegId caller) {
        this.incoming = incoming;
        this.plan = plan;
        this.caller = caller;
        this.queues = new QueueMachine(incoming, plan, limits, caller, this);
    }

    /// Decides for those who wait in a queue.
    QueueMachine queues() {
        return queues;
    }

    /// Tries the plan's target `index`, or ends the call with the last refusal when none is left.
    Transition attempt(
            Waiting waiting, int index, long nowNanos, List<CallEffect> before, String reason) {
        if (index >= plan.attempts().size() || nowNanos >= waiting.giveUpAtNanos()) {
            return over(waiting.lastRefusal(), before, reason + ", nobody is left to try");
        }
        List<CallEffect> effects = new ArrayList<>(before);
        return switch (target(index)) {
            case Target.Agent(String name) -> {
                ClaimToken token = new ClaimToken(caller.call(), index);
                effects.add(new ClaimAgent(name, token));
                yield new Transition(new Claiming(waiting, index, token), effects, reason);
            }
            case Target.Queue queue ->
                    queues.enter(waiting, index, queue, nowNanos, effects, reason);
            case Target.InCall to -> throw beginsInAnother(to);
            case Target.OnTrunk to -> {
                LegId callee = calleeOf(index);
                long until = ringUntil(waiting, index, nowNanos);
                effects.add(
                        new OpenMedia(
                                callee, new MediaProfile.Trunk(to.trunk()), Optional.empty()));
                effects.add(new WakeAt(until));
                yield new Transition(new Offering(waiting, index, callee, until), effects, reason);
            }
        };
    }

    Target target(int attempt) {
        return plan.attempts().get(attempt).target();
    }

    LegId calleeOf(int attempt) {
        return new LegId(caller.call(), attempt + 1);
    }

    /// How many legs the call has had: the caller's, one for each attempt, those that queues rang.
    int legs(Waiting waiting) {
        return plan.attempts().size() + 1 + waiting.rung();
    }

    long ringUntil(Waiting waiting, int attempt, long nowNanos) {
        return Math.min(
                nowNanos + plan.attempts().get(attempt).ringNanos(), waiting.giveUpAtNanos());
    }

    /// Gives up a target that was rung and tries the next one.
    Transition next(
            Waiting waiting,
            int index,
            Optional<ClaimToken> token,
            LegId callee,
            EndCause why,
            long nowNanos) {
        return afterTarget(waiting, index, untaken(callee, token, why), why, nowNanos);
    }

    /// What follows a target that was given up: the next one, unless the target's word is final.
    Transition afterTarget(
            Waiting waiting, int index, List<CallEffect> giveUp, EndCause why, long nowNanos) {
        String reason = "target gave up: " + why.reason();
        if (isFinal(plan.attempts().get(index), why)) {
            // Whoever was called is busy, or says no: another trunk leads to the same person.
            return over(why, giveUp, reason);
        }
        return attempt(waiting.withRefusal(why), index + 1, nowNanos, giveUp, reason);
    }

    /// Whether nobody else need be tried. A trunk that names somebody else whom it may not have us
    /// call is not the last word.
    static boolean isFinal(CallPlan.Attempt attempt, EndCause why) {
        boolean unasked = why.by() == EndCause.By.GATEWAY && UNASKED.contains(why.sipCode());
        return attempt.target() instanceof Target.OnTrunk
                && !unasked
                && why.sipCode() / 100 != 3
                && !attempt.elsewhere().contains(why.sipCode());
    }

    /// No route leads into a call that lives.
    static IllegalStateException beginsInAnother(Target.InCall target) {
        return new IllegalStateException("a call does not begin in another: " + target);
    }

    /// Tells the caller that it rings, or lets it hear so. Who hears music goes on hearing it.
    List<CallEffect> ring(Waiting waiting) {
        if (waiting.music()) {
            return List.of();
        }
        return incoming.hearsRingback()
                ? List.of(
                        new TellProgress(caller, waiting.local()),
                        new PlayMedia(caller, new Playback.Ringback()))
                : List.of(new AlertLeg(caller, waiting.local()));
    }

    /// The caller is about to hear somebody: our ringing is over.
    List<CallEffect> heard(Waiting waiting, CallEffect... effects) {
        List<CallEffect> all = new ArrayList<>(List.of(effects));
        if (incoming.hearsRingback() || waiting.music()) {
            all.add(new StopMedia(caller));
        }
        return all;
    }

    /// Who heard the target, and now hears nothing, is told that it rings while the next one is
    /// tried.
    Transition ringAgain(Transition next, Waiting waiting) {
        if (next.next() instanceof Ended) {
            return next;
        }
        List<CallEffect> effects = new ArrayList<>(next.effects());
        effects.addAll(
                waiting.music()
                        ? List.of(new PlayMedia(caller, new Playback.Music()))
                        : ring(waiting));
        return new Transition(next.next(), effects, next.reason());
    }

    static Transition quietly(CallState next) {
        return new Transition(next, List.of(), "caller's media stands");
    }

    Transition over(EndCause cause, List<CallEffect> before, String reason) {
        List<CallEffect> effects = new ArrayList<>(before);
        effects.add(new EndLeg(caller, cause));
        effects.add(new CloseMedia(caller));
        return new Transition(new Ended(cause), effects, reason);
    }

    /// A target that was rung has not taken the call. Who calls may have given up: that is
    /// [#giveUp].
    static List<CallEffect> untaken(LegId target, Optional<ClaimToken> token, EndCause why) {
        boolean missed = why.reason().equals(EndCause.NO_ANSWER);
        List<CallEffect> effects = new ArrayList<>();
        effects.add(new EndLeg(target, why));
        effects.add(new CloseMedia(target));
        token.map(each -> new ReturnClaim(each, missed)).ifPresent(effects::add);
        return effects;
    }

    /// A target need not take the call any more.
    static List<CallEffect> giveUp(LegId callee, Optional<ClaimToken> token, EndCause cause) {
        List<CallEffect> effects = new ArrayList<>();
        effects.add(new EndLeg(callee, cause));
        effects.add(new CloseMedia(callee));
        token.map(ReleaseClaim::new).ifPresent(effects::add);
        return effects;
    }
}
