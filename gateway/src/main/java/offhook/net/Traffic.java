package offhook.net;

/// What several endpoints received and sent together. Owned by the media loop that owns them.
public final class Traffic {

    private long received;
    private long sent;

    void countReceived() {
        received++;
    }

    void countSent() {
        sent++;
    }

    /// Datagrams received.
    public long received() {
        return received;
    }

    /// Datagrams sent.
    public long sent() {
        return sent;
    }
}
