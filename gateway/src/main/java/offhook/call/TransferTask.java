package offhook.call;

import java.util.List;
import java.util.Optional;

/// What a transfer is about.
///
/// @param consult whether the transferor talks to the target first
/// @param waiting the party that is led on
/// @param transferor the party that asked; empty once it is gone
/// @param attempts whom to try, in order
/// @param prefer what the audio toward a target's browser is for
/// @param order what was asked for
/// @param firstLeg the index of the first attempt's leg
/// @param rung how many legs queues rang, whose indexes come behind those of the attempts
/// @param giveUpAtNanos when the waiting party has waited long enough
/// @param lastRefusal why the latest target could not be had
record TransferTask(
        boolean consult,
        Seat waiting,
        Optional<Seat> transferor,
        List<CallPlan.Attempt> attempts,
        CodecPreference prefer,
        TransferOrder order,
        int firstLeg,
        int rung,
        long giveUpAtNanos,
        EndCause lastRefusal) {

    TransferTask {
        attempts = List.copyOf(attempts);
    }

    /// One of which no queue has rung anybody yet.
    TransferTask(
            boolean consult,
            Seat waiting,
            Optional<Seat> transferor,
            List<CallPlan.Attempt> attempts,
            CodecPreference prefer,
            TransferOrder order,
            int firstLeg,
            long giveUpAtNanos,
            EndCause lastRefusal) {
        this(
                consult,
                waiting,
                transferor,
                attempts,
                prefer,
                order,
                firstLeg,
                0,
                giveUpAtNanos,
                lastRefusal);
    }

    private TransferTask with(
            boolean consulting, Optional<Seat> asked, int legs, long until, EndCause refusal) {
        return new TransferTask(
                consulting,
                waiting,
                asked,
                attempts,
                prefer,
                order,
                firstLeg,
                legs,
                until,
                refusal);
    }

    TransferTask withRefusal(EndCause refusal) {
        return with(consult, transferor, rung, giveUpAtNanos, refusal);
    }

    /// Nobody is left who could talk to the target first.
    TransferTask withoutTransferor() {
        return with(false, Optional.empty(), rung, giveUpAtNanos, lastRefusal);
    }

    /// The transferor does not want to talk to the target any more.
    TransferTask blind() {
        return with(false, transferor, rung, giveUpAtNanos, lastRefusal);
    }

    /// A queue rings one more, on [#nextLeg].
    TransferTask withOneRung() {
        return with(consult, transferor, rung + 1, giveUpAtNanos, lastRefusal);
    }

    /// Whoever waited in a queue has its time anew for what follows.
    TransferTask until(long nanos) {
        return with(consult, transferor, rung, nanos, lastRefusal);
    }

    /// Who the target is told calls: whoever it talks to first.
    Party shown() {
        return consult ? order.by() : waiting.party();
    }

    Target target(int attempt) {
        return attempts.get(attempt).target();
    }

    LegId leg(int attempt) {
        return new LegId(waiting.leg().call(), firstLeg + attempt);
    }

    /// The reservation for an attempt; those of the call itself count below.
    ClaimToken token(int attempt) {
        return new ClaimToken(waiting.leg().call(), firstLeg + attempt);
    }

    /// How many legs the call has had when all attempts were made.
    int legsAfter() {
        return firstLeg + attempts.size() + rung;
    }

    /// The leg that a queue rings next.
    LegId nextLeg() {
        return new LegId(waiting.leg().call(), legsAfter());
    }

    boolean isTransferor(LegId leg) {
        return transferor.isPresent() && transferor.get().leg().equals(leg);
    }
}
