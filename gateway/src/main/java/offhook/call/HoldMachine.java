package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.TellHold;
import offhook.call.CallInput.HoldChanged;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallState.Active;
import offhook.call.CallState.Replacing;
import offhook.call.CallState.Transferring;

/// Decides who hears what while a party of a running call holds it: a pure function, as
/// [CallMachine] is.
///
/// | a party | hears |
/// |---|---|
/// | that holds | nothing |
/// | whose other party holds, cannot be reached, or neither listens nor sends | music |
/// | otherwise | its other party |
///
/// The paths between the two stand all the time; what is played takes their place.
final class HoldMachine {

    private HoldMachine() {}

    /// One step, if the input is about holding.
    static Optional<Transition> step(CallState state, CallInput input) {
        if (!(input instanceof HoldChanged(LegId leg, HoldSign sign))
                || state instanceof Replacing) {
            // While a leg is replaced the two still talk: it is a step of that state's own.
            return Optional.empty();
        }
        return Optional.of(
                switch (state) {
                    case Active s when s.has(leg) -> onSign(s, leg, sign);
                    case Transferring s when s.before().has(leg) -> whileTransferring(s, leg, sign);
                    case Replacing s when s.before().has(leg) -> whileReplacing(s, leg, sign);
                    case Active _,
                            Transferring _,
                            Replacing _,
                            CallState.Opening _,
                            CallState.Claiming _,
                            CallState.Queued _,
                            CallState.Offering _,
                            CallState.Ringing _,
                            CallState.Connecting _,
                            CallState.Ended _ ->
                            Transition.ignored(state);
                });
    }

    private static Transition onSign(Active s, LegId leg, HoldSign sign) {
        Active next = s.with(s.seat(leg).with(s.seat(leg).hold().with(sign)));
        List<CallEffect> effects = new ArrayList<>(difference(s, next));
        if (sign instanceof HoldSign.Requested && s.equals(next)) {
            // Asked for twice: the page learns how it stands.
            effects.add(told(next, leg));
        }
        return new Transition(next, effects, "hold " + sign);
    }

    /// What a transfer plays is its own affair; what is known of the parties counts when it is
    /// over.
    private static Transition whileTransferring(Transferring s, LegId leg, HoldSign sign) {
        if (sign instanceof HoldSign.Requested) {
            return new Transition(s, List.of(told(s.before(), leg)), "no hold in a transfer");
        }
        Seat seat = s.before().seat(leg);
        return new Transition(
                new Transferring(s.before().with(seat.with(seat.hold().with(sign))), s.transfer()),
                List.of(),
                "hold " + sign);
    }

    /// A leg that takes the place of another is there in no time.
    private static Transition whileReplacing(Replacing s, LegId leg, HoldSign sign) {
        if (sign instanceof HoldSign.Requested) {
            return new Transition(
                    s, List.of(told(s.before(), leg)), "no hold while a leg is replaced");
        }
        Seat seat = s.before().seat(leg);
        return new Transition(
                new Replacing(
                        s.before().with(seat.with(seat.hold().with(sign))), s.old(), s.arriving()),
                List.of(),
                "hold " + sign);
    }

    /// Completes what others decided: a network that renegotiates may hold the call by it, and two
    /// parties that find each other may do so while one is held.
    static Transition after(CallState state, CallInput input, Transition decided) {
        Transition noted = decided;
        if (input instanceof MediaDescribed(LegId leg, var local)) {
            if (decided.next() instanceof Active next && state instanceof Active && next.has(leg)) {
                Active held = next.with(next.seat(leg).with(next.seat(leg).hold().after(local)));
                noted = and(decided, held, difference(next, held));
            } else if (decided.next() instanceof Transferring t && t.before().has(leg)) {
                Seat seat = t.before().seat(leg);
                Active before = t.before().with(seat.with(seat.hold().after(local)));
                noted =
                        and(
                                decided,
                                new Transferring(before, t.transfer()),
                                tells(t.before(), before));
            }
        }
        if (!(noted.next() instanceof Active found)) {
            return noted;
        }
        return switch (state) {
            case Transferring t -> and(noted, found, afterTransfer(t.before(), found));
            case Replacing s -> and(noted, found, difference(s.before(), found));
            case Active _,
                    CallState.Opening _,
                    CallState.Claiming _,
                    CallState.Queued _,
                    CallState.Offering _,
                    CallState.Ringing _,
                    CallState.Connecting _,
                    CallState.Ended _ ->
                    noted;
        };
    }

    private static Transition and(Transition decided, CallState next, List<CallEffect> more) {
        List<CallEffect> effects = new ArrayList<>(decided.effects());
        effects.addAll(more);
        return new Transition(next, effects, decided.reason());
    }

    /// A transfer takes the place of a hold: whoever held is needed for it, or leaves.
    ///
    /// @param start begins the transfer, or refuses it and leaves the call as it is
    static Transition release(Active s, Function<Active, Transition> start) {
        Active released =
                s.with(s.one().with(s.one().hold().with(new HoldSign.Requested(false))))
                        .with(s.other().with(s.other().hold().with(new HoldSign.Requested(false))));
        Transition started = start.apply(released);
        if (started.next().equals(released)) {
            return new Transition(s, started.effects(), started.reason());
        }
        List<CallEffect> effects = new ArrayList<>(difference(s, released));
        effects.addAll(started.effects());
        return new Transition(started.next(), effects, started.reason());
    }

    /// What has to be done for the two of `after` to hear and know what they should.
    private static List<CallEffect> difference(Active before, Active after) {
        List<CallEffect> effects = new ArrayList<>();
        for (Seat seat : List.of(after.one(), after.other())) {
            LegId leg = seat.leg();
            Optional<Playback> heard = heard(before, leg);
            Optional<Playback> now = heard(after, leg);
            if (!heard.equals(now)) {
                effects.add(
                        now.<CallEffect>map(sound -> new PlayMedia(leg, sound))
                                .orElseGet(() -> new StopMedia(leg)));
            }
        }
        effects.addAll(tells(before, after));
        return effects;
    }

    /// Who is to be told that another holds it now, or no more.
    private static List<CallEffect> tells(Active before, Active after) {
        List<CallEffect> effects = new ArrayList<>();
        for (Seat seat : List.of(after.one(), after.other())) {
            if (!told(before, seat.leg()).equals(told(after, seat.leg()))) {
                effects.add(told(after, seat.leg()));
            }
        }
        return effects;
    }

    /// A transfer has stopped what was played; whoever was held by one that left is told.
    private static List<CallEffect> afterTransfer(Active before, Active found) {
        List<CallEffect> effects = new ArrayList<>(difference(found.released(), found));
        for (CallEffect told : tells(before, found)) {
            if (!effects.contains(told)) {
                effects.add(told);
            }
        }
        return effects;
    }

    /// A leg that has only just come to the call hears nothing of ours yet.
    private static Optional<Playback> heard(Active s, LegId leg) {
        if (!s.has(leg)) {
            return Optional.empty();
        }
        if (s.seat(leg).hold().byUser()) {
            return Optional.of(new Playback.Silence());
        }
        return s.facing(leg).hold().leavesAlone()
                ? Optional.of(new Playback.Music())
                : Optional.empty();
    }

    private static TellHold told(Active s, LegId leg) {
        if (!s.has(leg)) {
            return new TellHold(leg, false, false);
        }
        return new TellHold(leg, s.seat(leg).hold().byUser(), s.facing(leg).hold().isHolding());
    }
}
