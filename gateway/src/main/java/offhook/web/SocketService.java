package offhook.web;

/// Serves the WebSockets of a protocol that is not ours. Any thread.
@FunctionalInterface
public interface SocketService {

    /// A socket was opened, by somebody who is not signed in.
    ///
    /// @return who takes what it brings
    SocketPeer opened(SocketLine line);
}
