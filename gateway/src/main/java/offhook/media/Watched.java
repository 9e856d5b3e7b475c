package offhook.media;

/// What a socket of the loop's selector belongs to.
interface Watched extends Guarded {

    /// The socket has a datagram: take it. While there are more the loop asks again, each turn.
    void onReadable(long nowNanos);
}
