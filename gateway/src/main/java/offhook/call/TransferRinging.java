package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.ConfirmClaim;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegProgressing;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Transferring;
import offhook.call.TransferState.Connecting;
import offhook.call.TransferState.Ringing;

/// Decides what follows while a target of a transfer rings. A pure function, as [CallMachine] is.
final class TransferRinging {

    private final CallLimits limits;

    TransferRinging(CallLimits limits) {
        this.limits = limits;
    }

    Transition step(Active before, Ringing s, CallInput input, long nowNanos) {
        Transferring stays = new Transferring(before, s);
        TransferTask task = s.task();
        LegId target = s.target().leg();
        return switch (input) {
            case LegAlerting in when in.leg().equals(target) -> {
                List<CallEffect> effects = new ArrayList<>();
                if (!s.early()) {
                    effects.add(new PlayMedia(listener(task), new Playback.Ringback()));
                }
                TransferEnds.report(task, new TransferReport.Ringing(), effects);
                yield new Transition(stays, effects, "target alerted");
            }
            case LegProgressing in when in.leg().equals(target) && !s.early() -> {
                List<CallEffect> effects = new ArrayList<>();
                effects.add(new AcceptMedia(target, in.answer()));
                TransferEnds.join(listener(task), target, effects);
                TransferEnds.report(task, new TransferReport.Ringing(), effects);
                yield new Transition(
                        new Transferring(
                                before,
                                new Ringing(task, s.attempt(), s.target(), true, s.untilNanos())),
                        effects,
                        "target sends early media");
            }
            case LegAccepted in when in.leg().equals(target) -> onAccepted(before, s, in, nowNanos);
            case LegEnded in when in.leg().equals(target) ->
                    TransferTargets.next(
                            before, task, s.attempt(), s.target(), in.cause(), nowNanos);
            case MediaFailed in when in.leg().equals(target) ->
                    TransferTargets.next(
                            before, task, s.attempt(), s.target(), in.cause(), nowNanos);
            case TransferCompleted in when task.isTransferor(in.leg()) -> {
                Ringing blind =
                        new Ringing(
                                task.blind(), s.attempt(), s.target(), s.early(), s.untilNanos());
                List<CallEffect> effects = new ArrayList<>();
                task.transferor().ifPresent(seat -> effects.add(new StopMedia(seat.leg())));
                if (s.early()) {
                    TransferEnds.join(task.waiting().leg(), target, effects);
                }
                yield new Transition(
                        new Transferring(before, blind),
                        effects,
                        "no consultation is wanted any more");
            }
            case Woken _ ->
                    nowNanos < s.untilNanos()
                            ? Transition.ignored(stays)
                            : TransferTargets.next(
                                    before,
                                    task,
                                    s.attempt(),
                                    s.target(),
                                    EndCause.noAnswer(),
                                    nowNanos);
            case LegEnded _,
                    EndRequested _,
                    CallInput.OfDirectory _,
                    CallInput.OfRinging _,
                    CallInput.OfMedia _,
                    CallInput.OfTalk _,
                    CallInput.OfTransfer _,
                    CallInput.OfRefer _ ->
                    Transition.ignored(stays);
        };
    }

    /// Who hears what the target's side sends before its answer.
    private static LegId listener(TransferTask task) {
        return task.consult() && task.transferor().isPresent()
                ? task.transferor().get().leg()
                : task.waiting().leg();
    }

    private Transition onAccepted(Active before, Ringing s, LegAccepted in, long nowNanos) {
        TransferTask task = s.task();
        LegId target = s.target().leg();
        List<CallEffect> effects = new ArrayList<>();
        s.target().token().map(ConfirmClaim::new).ifPresent(effects::add);
        return switch (task.target(s.attempt())) {
            case Target.Queue queue ->
                    throw new IllegalStateException("a queue answers by its agents: " + queue);
            case Target.Agent _ -> {
                long until = nowNanos + limits.connectNanos();
                effects.add(
                        RingingOffer.accepted(
                                in,
                                new MediaProfile.Browser(
                                        task.prefer(), Optional.of(task.waiting().leg()))));
                effects.add(new WakeAt(until));
                yield new Transition(
                        new Transferring(
                                before, new Connecting(task, s.attempt(), s.target(), until)),
                        effects,
                        "target accepted");
            }
            case Target.InCall _ -> {
                long until = nowNanos + limits.connectNanos();
                effects.add(
                        new OpenMedia(
                                target, new MediaProfile.Tie(target, true), Optional.empty()));
                effects.add(new WakeAt(until));
                yield new Transition(
                        new Transferring(
                                before, new Connecting(task, s.attempt(), s.target(), until)),
                        effects,
                        "the other call has let go of the target");
            }
            case Target.OnTrunk _ -> {
                if (!s.early() && in.description().isEmpty()) {
                    yield TransferTargets.next(
                            before,
                            task,
                            s.attempt(),
                            s.target(),
                            EndCause.gateway(
                                    "bad-answer", 502, 88, "the trunk sent no usable answer"),
                            nowNanos);
                }
                in.description()
                        .map(answer -> new AcceptMedia(target, answer))
                        .ifPresent(effects::add);
                yield TransferEnds.connected(before, task, s.target(), effects);
            }
        };
    }
}
