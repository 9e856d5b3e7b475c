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
        long giveUpAtNanos,
        EndCause lastRefusal) {

    TransferTask {
        attempts = List.copyOf(attempts);
    }

    TransferTask withRefusal(EndCause refusal) {
        return new TransferTask(
                consult,
                waiting,
                transferor,
                attempts,
                prefer,
                order,
                firstLeg,
                giveUpAtNanos,
                refusal);
    }

    /// Nobody is left who could talk to the target first.
    TransferTask withoutTransferor() {
        return new TransferTask(
                false,
                waiting,
                Optional.empty(),
                attempts,
                prefer,
                order,
                firstLeg,
                giveUpAtNanos,
                lastRefusal);
    }

    /// The transferor does not want to talk to the target any more.
    TransferTask blind() {
        return new TransferTask(
                false,
                waiting,
                transferor,
                attempts,
                prefer,
                order,
                firstLeg,
                giveUpAtNanos,
                lastRefusal);
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
        return firstLeg + attempts.size();
    }

    boolean isTransferor(LegId leg) {
        return transferor.isPresent() && transferor.get().leg().equals(leg);
    }
}
