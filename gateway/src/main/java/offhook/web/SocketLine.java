package offhook.web;

/// The way to one WebSocket of a protocol that is not ours. Any thread; methods return at once and
/// never throw: what cannot be sent ends the socket.
public interface SocketLine {

    /// Sends a message as text, after those sent before.
    void send(String message);

    /// Asks for a sign of life, see [SocketPeer#onPong].
    void ping();

    /// The peer is signed in: it no longer counts as a stranger.
    ///
    /// @param name whose it is
    void signedIn(String name);

    /// Closes the socket; the peer has two seconds to agree.
    ///
    /// @param reason in a few words of ours
    void close(Why why, String reason);

    /// The address that limits count the peer by.
    String address();

    /// Why a socket is closed.
    enum Why {
        /// Something that is no message of the protocol.
        NOT_UNDERSTOOD(CloseCode.NOT_UNDERSTOOD),
        NOT_SIGNED_IN(CloseCode.NOT_SIGNED_IN),
        TOO_SLOW(CloseCode.TOO_SLOW),
        /// Another socket of the same peer took its place.
        REPLACED(CloseCode.REPLACED),
        TRY_LATER(CloseCode.TRY_LATER);

        private final int code;

        Why(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }
}
