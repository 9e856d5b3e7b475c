package offhook.dtls;

/// stub
public final class Dtls {
    private Dtls() {}

    /// Makes one handshake in memory.
    public static void warmUp() {}
}
