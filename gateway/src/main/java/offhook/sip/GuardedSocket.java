package offhook.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// A TCP connection whose reader gets only messages that the [FrontDoor] lets pass. Dead peers are
/// found by TCP's own keep-alive after about 90 s.
final class GuardedSocket extends Socket {

    private final FrontDoor door;
    private final boolean accepted;
    private final AtomicInteger open;
    private @Nullable MessageStream in;
    private @Nullable OutputStream out;
    private boolean counted;

    /// @param accepted whether the peer connected to us
    /// @param open how many connections there are, kept up to date by this one
    GuardedSocket(FrontDoor door, boolean accepted, AtomicInteger open) {
        this.door = door;
        this.accepted = accepted;
        this.open = open;
    }

    /// Prepares the socket once it is connected.
    void connected() throws IOException {
        setTcpNoDelay(true);
        setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 60);
            setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 10);
            setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        }
        synchronized (this) {
            counted = true;
            open.incrementAndGet();
        }
    }

    @Override
    public synchronized InputStream getInputStream() throws IOException {
        if (in == null) {
            in = new MessageStream(this, super.getInputStream(), getOutputStream(), door, accepted);
        }
        return in;
    }

    /// The one stream that all writers share, because they lock it.
    @Override
    public synchronized OutputStream getOutputStream() throws IOException {
        if (out == null) {
            out = super.getOutputStream();
        }
        return out;
    }

    @Override
    public synchronized void close() throws IOException {
        if (counted) {
            counted = false;
            open.decrementAndGet();
        }
        super.close();
    }
}
