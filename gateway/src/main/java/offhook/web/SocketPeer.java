package offhook.web;

/// Takes what one WebSocket brings. Called by the socket's reader, one call at a time.
public interface SocketPeer {

    /// A whole message, text or binary.
    ///
    /// @param message the bytes of the frame
    void onMessage(byte[] message);

    /// An answer to [SocketLine#ping].
    void onPong();

    /// The socket is closed; nothing more comes.
    void onClosed();
}
