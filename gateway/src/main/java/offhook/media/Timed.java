package offhook.media;

/// Something on a loop that has to be done at a time.
interface Timed extends Guarded {

    /// When it is due next, in nanoseconds of the loop's clock; [Long#MAX_VALUE]: not at all. It
    /// becomes earlier only by [#onDue], by a command to the loop, or by scheduling it anew.
    long dueNanos();

    /// Does what is due; [#dueNanos] then lies in the future.
    void onDue(long nowNanos);
}
