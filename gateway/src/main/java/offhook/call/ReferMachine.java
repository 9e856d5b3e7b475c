package offhook.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallEffect.ReferLeg;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.ReferOver;
import offhook.call.CallInput.ReferRings;
import offhook.call.CallInput.ReferTaken;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Ended;
import offhook.call.CallState.Transferring;
import offhook.call.TransferState.Referring;

/// Has the telephone network of the waiting party do a transfer itself (RFC 3515, 5589): a pure
/// function, as [CallMachine] is. What the network does not do, the gateway does; what the target
/// itself says counts as its word to us.
final class ReferMachine {

    /// How long the peer of a leg may be silent before it counts as not serving REFER: 64*T1.
    private static final Duration PATIENCE = Duration.ofSeconds(32);

    /// What the target of a REFER said itself: it would say the same to us.
    private static final Set<Integer> WORD_OF_TARGET =
            Set.of(404, 410, 480, 484, 486, 600, 603, 604);

    private ReferMachine() {}

    /// Asks the network of the waiting party to call a number itself.
    ///
    /// @param consulted the leg whose place it is to take there
    static Transition ask(
            Active before,
            TransferTask task,
            Target.Trunk number,
            Optional<Seat> consulted,
            List<CallEffect> effects,
            long nowNanos) {
        long until = nowNanos + PATIENCE.toNanos();
        List<CallEffect> all = new ArrayList<>(effects);
        all.add(
                new ReferLeg(
                        task.waiting().leg(),
                        number,
                        consulted.map(Seat::leg),
                        task.order().enclosed()));
        all.add(new WakeAt(until));
        return new Transition(
                new Transferring(before, new Referring(task, consulted, false, false, until)),
                all,
                "the waiting party's network is asked");
    }

    /// One step while it does.
    static Transition step(Active before, Referring s, CallInput input, long nowNanos) {
        Transferring stays = new Transferring(before, s);
        return switch (input) {
            case ReferTaken in when in.leg().equals(s.task().waiting().leg()) ->
                    new Transition(
                            new Transferring(
                                    before,
                                    new Referring(
                                            s.task(),
                                            s.consulted(),
                                            true,
                                            s.rings(),
                                            s.untilNanos())),
                            List.of(),
                            "the network agreed");
            case ReferRings in when in.leg().equals(s.task().waiting().leg()) && !s.rings() -> {
                List<CallEffect> effects = new ArrayList<>();
                TransferEnds.report(s.task(), new TransferReport.Ringing(), effects);
                effects.add(new WakeAt(s.task().giveUpAtNanos()));
                yield new Transition(
                        new Transferring(
                                before,
                                new Referring(
                                        s.task(),
                                        s.consulted(),
                                        true,
                                        true,
                                        s.task().giveUpAtNanos())),
                        effects,
                        "the network rings the target");
            }
            case ReferOver in when in.leg().equals(s.task().waiting().leg()) -> {
                int status = in.cause().sipCode();
                if (!in.refused() && status == 200) {
                    yield done(s.task(), s.consulted(), "the network did it");
                }
                yield in.refused() || !WORD_OF_TARGET.contains(status)
                        ? bridge(before, s, nowNanos, "the network did not: " + in.cause().reason())
                        : afterRefer(before, s, in.cause());
            }
            case LegEnded in when isConsulted(s, in.leg()) -> consultedGone(before, s, in.cause());
            case MediaFailed in when isConsulted(s, in.leg()) ->
                    consultedGone(before, s, in.cause());
            case Woken _ -> {
                if (nowNanos < s.untilNanos()) {
                    yield Transition.ignored(stays);
                }
                yield s.rings()
                        ? afterRefer(before, s, EndCause.noAnswer())
                        : bridge(before, s, nowNanos, "the network said nothing");
            }
            case TransferCompleted in ->
                    TransferEnds.refused(stays, in.leg(), TransferEnds.notNow());
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

    private static boolean isConsulted(Referring s, LegId leg) {
        return s.consulted().isPresent() && s.consulted().get().leg().equals(leg);
    }

    /// With a leg that talks already, its end is what a peer that took it over brings about.
    private static Transition consultedGone(Active before, Referring s, EndCause cause) {
        Seat consulted = s.consulted().orElseThrow();
        if (s.taken()) {
            return new Transition(
                    new Transferring(
                            before,
                            new Referring(
                                    s.task(), Optional.empty(), true, s.rings(), s.untilNanos())),
                    TransferEnds.leave(consulted, cause),
                    "the target was taken over");
        }
        return TransferEnds.returned(
                before,
                s.task(),
                cause,
                TransferEnds.leave(consulted, cause),
                "the target is gone");
    }

    /// The target's own word, as the network tells it.
    private static Transition afterRefer(Active before, Referring s, EndCause cause) {
        if (s.consulted().isPresent()) {
            return TransferEnds.joined(before, s.task(), s.consulted().get(), "the network failed");
        }
        return TransferEnds.returned(
                before, s.task(), cause, List.of(), "target gave up: " + cause.reason());
    }

    /// What the network does not do, the gateway does.
    private static Transition bridge(Active before, Referring s, long nowNanos, String reason) {
        return s.consulted().isPresent()
                ? TransferEnds.joined(before, s.task(), s.consulted().get(), reason)
                : TransferTargets.attempt(before, s.task(), 0, nowNanos, List.of(), reason);
    }

    /// The network has connected the two: nothing of the call is left with us.
    static Transition done(TransferTask task, Optional<Seat> consulted, String reason) {
        EndCause cause =
                EndCause.transferred(task.transferor().map(Seat::by).orElse(EndCause.By.GATEWAY));
        List<CallEffect> effects = new ArrayList<>();
        TransferEnds.report(task, new TransferReport.Done(), effects);
        task.transferor().ifPresent(seat -> effects.addAll(TransferEnds.leave(seat, cause)));
        consulted.ifPresent(seat -> effects.addAll(TransferEnds.leave(seat, cause)));
        effects.addAll(TransferEnds.leave(task.waiting(), cause));
        return new Transition(new Ended(cause), effects, reason);
    }
}
