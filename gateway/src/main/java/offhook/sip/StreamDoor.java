package offhook.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/// Lets connections in and out, and knows whose they are. Any thread.
sealed interface StreamDoor permits TcpDoor, TlsDoor {

    /// Of each kind that may be open, in all.
    int MAX_CONNECTIONS = 200;

    int CONNECT_TIMEOUT_MILLIS = 3000;

    /// What is asked of each message.
    FrontDoor door();

    /// Takes a place for a connection before a byte of it is read.
    ///
    /// @return how to give the place back; empty: there is none
    Optional<Runnable> admit(InetAddress source);

    /// Lets the messages of a peer pass that connected.
    ///
    /// @throws IOException when it is not to be; the socket is closed then
    void accept(GuardedSocket socket) throws IOException;

    /// Connects to a trunk; what a message says of hosts leads nowhere else.
    ///
    /// @throws IOException saying why it is not to be
    GuardedSocket connect(InetAddress address, int port) throws IOException;

    /// Whether a response whose connection is over may go to where the request says that its sender
    /// listens (RFC 3261 §18.2.2).
    boolean answersElsewhere();
}
