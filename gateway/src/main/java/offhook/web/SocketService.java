package offhook.web;

/// Serves the WebSockets of a protocol that is not ours. Any thread.
public interface SocketService {

    /// A socket was opened, by somebody who is not signed in.
    ///
    /// @return who takes what it brings
    SocketPeer opened(SocketLine line);

    /// An operator ended the sign-ins of an agent: whoever signed in as that has to do so anew.
    void revoked(String agent);
}
