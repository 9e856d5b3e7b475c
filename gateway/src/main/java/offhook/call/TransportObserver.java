package offhook.call;

/// Is told how the media of legs finds its way. On media loops: must neither wait nor throw.
@FunctionalInterface
public interface TransportObserver {

    /// Nobody looks.
    TransportObserver NONE = (leg, fact, atNanos) -> {};

    /// Something became known.
    ///
    /// @param atNanos when, by the gateway's monotonic clock
    void noted(LegId leg, TransportFact fact, long atNanos);
}
