package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A call's stay in a queue.
///
/// @param ticket by which the queue knows the call
/// @param rung the agents that ring
/// @param taken the agent that answered, while its media is being connected
/// @param untilNanos when the caller has waited long enough
record QueueStay(ClaimToken ticket, List<Rung> rung, Optional<Taken> taken, long untilNanos) {

    QueueStay {
        rung = List.copyOf(rung);
    }

    /// An agent that rings.
    ///
    /// @param untilNanos when it has rung long enough
    record Rung(LegId leg, ClaimToken token, String agent, long untilNanos) {}

    /// An agent that answered.
    ///
    /// @param connected whether its media stands
    /// @param untilNanos when it must stand
    record Taken(Rung by, boolean connected, long untilNanos) {}

    boolean isRinging() {
        return !rung.isEmpty() || taken.isPresent();
    }

    Optional<Rung> rung(LegId leg) {
        return rung.stream().filter(each -> each.leg().equals(leg)).findFirst();
    }

    boolean isTakenBy(LegId leg) {
        return taken.isPresent() && taken.get().by().leg().equals(leg);
    }

    QueueStay with(Rung more) {
        List<Rung> all = new ArrayList<>(rung);
        all.add(more);
        return new QueueStay(ticket, all, taken, untilNanos);
    }

    QueueStay without(Rung one) {
        return new QueueStay(
                ticket,
                rung.stream().filter(each -> !each.equals(one)).toList(),
                taken.filter(each -> !each.by().equals(one)),
                untilNanos);
    }

    /// Somebody answered: nobody else rings.
    QueueStay with(Taken by) {
        return new QueueStay(ticket, List.of(), Optional.of(by), untilNanos);
    }
}
