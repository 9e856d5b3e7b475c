package offhook.sip;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import offhook.runtime.NanoClock;

/// What a peer sends while it shakes hands, for so long only: however slowly the bytes come, after
/// [#LIMIT_NANOS] reading fails. Once [#over] it is the connection as it is. The thread that shakes
/// hands owns it, later the one that reads.
final class TlsHandshake extends FilterInputStream {

    static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Socket socket;
    private final NanoClock clock;
    private final long deadlineNanos;
    private volatile boolean over;

    TlsHandshake(Socket socket, InputStream in, NanoClock clock) {
        super(in);
        this.socket = socket;
        this.clock = clock;
        this.deadlineNanos = clock.nanoTime() + LIMIT_NANOS;
    }

    /// The handshake is done.
    void over() {
        over = true;
    }

    boolean isLate() {
        return clock.nanoTime() - deadlineNanos >= 0;
    }

    @Override
    public int read() throws IOException {
        limit();
        return super.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        limit();
        return super.read(target, offset, length);
    }

    private void limit() throws IOException {
        if (over) {
            return;
        }
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - clock.nanoTime());
        if (leftMillis <= 0) {
            throw new SocketTimeoutException("the TLS handshake takes too long");
        }
        socket.setSoTimeout((int) leftMillis);
    }
}
