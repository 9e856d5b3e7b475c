package offhook.media;

/// What a socket of the loop's selector belongs to.
interface Watched extends Guarded {

    /// The socket has datagrams: take all that are there.
    void onReadable(long nowNanos);
}
