package offhook.call;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.CallHistory.Outcome;
import offhook.call.CallHistory.QueueWait;
import offhook.call.CallHistory.Way;
import org.jspecify.annotations.Nullable;

/// Writes down where a call goes, from the steps that are taken in it. Owned by the call.
final class HistoryWriter {

    /// Of a call that is sent to and fro without end, what came after this many is not told.
    private static final int MOST = 32;

    private final List<QueueWait> waits = new ArrayList<>();
    private final List<CallHistory.Transfer> transfers = new ArrayList<>();

    /// The stays that are not over, by ticket.
    private final Map<ClaimToken, Entered> entered = new LinkedHashMap<>();

    private @Nullable Running running;

    private record Entered(String queue, long atNanos) {}

    private record Running(TransferTask task, Way way, long atNanos) {}

    /// A step was taken.
    ///
    /// @param input what brought it about; empty for the first one
    void note(Optional<CallInput> input, Transition step, long nowNanos) {
        for (CallEffect effect : step.effects()) {
            switch (effect) {
                case CallEffect.EnterQueue e ->
                        entered.put(e.ticket(), new Entered(e.queue(), nowNanos));
                case CallEffect.LeaveQueue e -> left(e.ticket(), e.exit(), nowNanos);
                case CallEffect.TellTransfer(LegId _, TransferReport.Refused(EndCause cause))
                        when input.orElse(null) instanceof CallInput.TransferRequested in ->
                        add(
                                in.order(),
                                wayOf(in.order()),
                                nowNanos,
                                nowNanos,
                                Outcome.REFUSED,
                                cause.reason());
                default -> {}
            }
        }
        Running was = running;
        if (step.next() instanceof CallState.Transferring now) {
            running =
                    was == null
                            ? begun(now.transfer().task(), nowNanos)
                            : new Running(now.transfer().task(), was.way(), was.atNanos());
        } else if (was != null) {
            running = null;
            over(was, step, nowNanos);
        }
    }

    /// What was written; stays that are not over end now.
    CallHistory history(long nowNanos) {
        List.copyOf(entered.keySet())
                .forEach(ticket -> left(ticket, QueueExit.ABANDONED, nowNanos));
        return new CallHistory(waits, transfers);
    }

    private void left(ClaimToken ticket, QueueExit exit, long nowNanos) {
        Entered stay = entered.remove(ticket);
        if (stay != null && waits.size() < MOST) {
            waits.add(new QueueWait(stay.queue(), stay.atNanos(), nowNanos, exit));
        }
    }

    private static Running begun(TransferTask task, long nowNanos) {
        Way way = task.transferor().isEmpty() ? Way.FALLBACK : wayOf(task.order());
        return new Running(task, way, nowNanos);
    }

    private static Way wayOf(TransferOrder order) {
        return order.consult() ? Way.CONSULT : Way.BLIND;
    }

    private void over(Running was, Transition step, long nowNanos) {
        TransferTask task = was.task();
        boolean done =
                switch (step.next()) {
                    case CallState.Active call ->
                            call.has(task.waiting().leg())
                                    && task.transferor()
                                            .map(seat -> !call.has(seat.leg()))
                                            .orElse(true);
                    case CallState.Ended(EndCause cause) ->
                            cause.reason().equals(EndCause.TRANSFERRED);
                    default -> false;
                };
        add(
                task.order(),
                was.way(),
                was.atNanos(),
                nowNanos,
                done ? Outcome.DONE : Outcome.FAILED,
                done ? "" : whyNot(step).reason());
    }

    private static EndCause whyNot(Transition step) {
        return step.effects().stream()
                .flatMap(effect ->
                        effect
                                        instanceof
                                        CallEffect.TellTransfer(
                                                LegId _,
                                                TransferReport.Failed(EndCause cause))
                                ? Optional.of(cause).stream()
                                : Optional.<EndCause>empty().stream())
                .findFirst()
                .orElseGet(() ->
                        step.next() instanceof CallState.Ended(EndCause cause)
                                ? cause
                                : EndCause.gateway("transfer-over", 200, 16, ""));
    }

    private void add(
            TransferOrder order,
            Way way,
            long fromNanos,
            long untilNanos,
            Outcome outcome,
            String reason) {
        if (transfers.size() < MOST) {
            transfers.add(
                    new CallHistory.Transfer(
                            way,
                            way == Way.FALLBACK ? "" : nameOf(order.by()),
                            order.target(),
                            fromNanos,
                            untilNanos,
                            outcome,
                            reason));
        }
    }

    private static String nameOf(Party by) {
        return by.number().isEmpty() ? by.displayName() : by.number();
    }
}
