package offhook.doctor;

/// Counts a call's seconds in steps, few enough for its plots: a call that outgrows them gets steps
/// of twice the length.
final class Steps {

    /// 15 minutes by the second; four hours take steps of 16 s.
    static final int MOST = 900;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long beganNanos;
    private final Runnable coarsen;
    private int seconds = 1;
    private int count;

    /// @param coarsen makes two steps one, wherever there are plots
    Steps(long beganNanos, Runnable coarsen) {
        this.beganNanos = beganNanos;
        this.coarsen = coarsen;
    }

    /// The step that a moment lies in.
    int of(long nanos) {
        long second = Math.max(0, (nanos - beganNanos) / SECOND_NANOS);
        while (second / seconds >= MOST) {
            coarsen.run();
            seconds *= 2;
            count = (count + 1) / 2;
        }
        int step = (int) (second / seconds);
        count = Math.max(count, step + 1);
        return step;
    }

    int count() {
        return count;
    }

    /// How long one is.
    int seconds() {
        return seconds;
    }
}
