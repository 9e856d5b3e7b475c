package offhook.web;

/// The way back to one page: its WebSocket, as the desk sees it. Methods return at once and never
/// throw; what cannot be sent ends the socket.
interface PageLink {

    /// Sends a message, after those sent before.
    void send(ServerMessage message);

    /// Closes the socket with a code of [CloseCode]; the peer has two seconds to agree.
    void close(int code, String reason);

    /// When the page last said that it is awake.
    Pulse pulse();

    /// The page is signed in: it no longer counts as a stranger.
    void signedIn();
}
