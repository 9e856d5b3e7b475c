package offhook.web;

/// What is said over one WebSocket: translates whole messages. The socket calls these one at a
/// time, and reads nothing more until a call has returned.
interface Conversation {

    /// The socket is open. It may be used from now on.
    void onOpened();

    /// A message that may be dealt with on the spot, because that takes no longer than to look at
    /// it: this is the thread that watches all sockets.
    ///
    /// @return false when it is nothing of the kind, and [#onText] is to have it
    boolean onGlance(String text);

    /// A message. It may take its time: the thread is the message's own.
    void onText(String text);

    /// A binary message, if there are such. It may take its time too.
    void onBinary(byte[] message);

    /// An answer to [JettySocket#ping]. On the thread that watches all sockets.
    void onPong();

    /// The socket is closed; nothing more comes.
    ///
    /// @param code of RFC 6455 §7.4
    void onClosed(int code);
}
