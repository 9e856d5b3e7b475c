package offhook.media;

/// Where what has to be done at a time enters itself: the loop.
interface Timetable {

    /// Has something done when it is due.
    void schedule(Timed each);

    /// Undoes [#schedule].
    void unschedule(Timed each);
}
