package offhook.dtls;

import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/// stub
public final class DtlsHandshake {
    private DtlsHandshake() {}

    /// Starts a handshake on a thread of its own.
    ///
    /// @param outgoing sends a datagram to the peer; called on the handshake's thread
    public static DtlsHandshake start(
            DtlsRole role,
            DtlsIdentity identity,
            Fingerprint peer,
            Consumer<byte[]> outgoing,
            DtlsEvents events,
            ThreadFactory threads) {
        return new DtlsHandshake();
    }

    /// Takes a datagram of the peer; never blocks, and keeps no reference to the array.
    ///
    /// @return false when it was refused
    public boolean offer(byte[] bytes, int offset, int length) {
        return false;
    }

    /// Closes the association.
    public void close() {}
}
