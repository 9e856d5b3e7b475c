package offhook.media;

/// Work of one call on a loop that many calls share: a defect in it ends that call and nothing
/// else.
interface Guarded {

    /// Our own code has thrown; end what it worked for.
    void onDefect(RuntimeException defect);
}
