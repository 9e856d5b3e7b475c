package offhook.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.concurrent.atomic.AtomicReference;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// A TCP connection whose reader gets only messages that the [FrontDoor] lets pass, and whose
/// writers never wait for the peer. Dead peers are found by TCP's own keep-alive after about 90 s.
final class GuardedSocket extends Socket {

    private final FrontDoor door;
    private final boolean accepted;
    private final AtomicReference<Runnable> onClose = new AtomicReference<>(() -> {});

    /// Both written once by the thread that connects, before JAIN-SIP gets the socket.
    private volatile @Nullable MessageStream in;

    private volatile @Nullable PatientWriter out;

    /// @param accepted whether the peer connected to us
    GuardedSocket(FrontDoor door, boolean accepted) {
        this.door = door;
        this.accepted = accepted;
    }

    /// Prepares the socket once it is connected.
    ///
    /// @param whenClosed run once, also when preparing fails and the socket is closed for it
    void connected(Runnable whenClosed) throws IOException {
        onClose.set(whenClosed);
        setTcpNoDelay(true);
        setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 60);
            setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 10);
            setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        }
        PatientWriter output = new PatientWriter(this, super.getOutputStream());
        out = output;
        output.start();
        in =
                new MessageStream(
                        this,
                        super.getInputStream(),
                        output,
                        door,
                        accepted,
                        door.restOf(getInetAddress()));
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return connected(in);
    }

    /// The one stream that all writers share, because they lock it.
    @Override
    public OutputStream getOutputStream() throws IOException {
        return connected(out);
    }

    private static <T> T connected(@Nullable T stream) throws SocketException {
        if (stream == null) {
            throw new SocketException("not connected");
        }
        return stream;
    }

    @Override
    public void close() throws IOException {
        onClose.getAndSet(() -> {}).run();
        super.close();
        PatientWriter output = out;
        if (output != null) {
            output.close();
        }
    }
}
