package offhook.media;

import java.util.ArrayList;
import java.util.List;

/// What is due, by a clock that the test turns.
final class Deadlines implements Timetable {

    private final List<Timed> timed = new ArrayList<>();

    @Override
    public void schedule(Timed each) {
        timed.add(each);
    }

    @Override
    public void unschedule(Timed each) {
        timed.remove(each);
    }

    /// Does all that is due until then, each at its time.
    void runUntil(long nanos) {
        while (true) {
            Timed next = null;
            for (Timed each : timed) {
                if (each.dueNanos() <= nanos
                        && (next == null || each.dueNanos() < next.dueNanos())) {
                    next = each;
                }
            }
            if (next == null) {
                return;
            }
            next.onDue(next.dueNanos());
        }
    }

    /// The loop comes late: all that is due is done at once.
    void late(long nowNanos) {
        for (Timed each : List.copyOf(timed)) {
            if (each.dueNanos() <= nowNanos) {
                each.onDue(nowNanos);
            }
        }
    }

    boolean isEmpty() {
        return timed.isEmpty();
    }
}
