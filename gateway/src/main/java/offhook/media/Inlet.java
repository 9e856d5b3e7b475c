package offhook.media;

/// Where another thread leaves something for a loop, which looks there in each turn.
interface Inlet extends Guarded {

    /// Takes what is there. On the loop.
    void onTurn(long nowNanos);
}
