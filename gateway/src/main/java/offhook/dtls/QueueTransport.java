package offhook.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import offhook.runtime.Mailbox;
import org.bouncycastle.tls.DatagramTransport;

/// A handshake's datagrams: those received wait in a mailbox, those to send leave with as many
/// records of a flight in one datagram as fit. Owned by the handshake's thread; only the mailbox is
/// shared.
final class QueueTransport implements DatagramTransport {

    /// In the mailbox, an empty datagram says that the owner wants to close; the filter passes
    /// none.
    static final byte[] CLOSE = new byte[0];

    /// Longest datagram we take; browsers send at most 1,200 bytes and a header.
    static final int RECEIVE_LIMIT = 2048;

    /// Longest datagram we send: passes any path without IP fragments.
    private static final int SEND_LIMIT = 1200;

    private final Mailbox<byte[]> inbox;
    private final Consumer<byte[]> outgoing;
    private final byte[] pending = new byte[SEND_LIMIT];
    private int pendingLength;
    private boolean closed;
    private boolean closedByOwner;

    QueueTransport(Mailbox<byte[]> inbox, Consumer<byte[]> outgoing) {
        this.inbox = inbox;
        this.outgoing = outgoing;
    }

    @Override
    public int getReceiveLimit() {
        return RECEIVE_LIMIT;
    }

    @Override
    public int getSendLimit() {
        return SEND_LIMIT;
    }

    /// Waiting for the peer means that our flight is complete: it goes out first.
    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        flush();
        if (closed) {
            throw new InterruptedIOException("closed");
        }
        byte[] datagram;
        try {
            datagram = inbox.poll(TimeUnit.MILLISECONDS.toNanos(waitMillis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closedByOwner = true;
            closed = true;
            throw closing(e);
        }
        if (datagram == null) {
            return -1;
        }
        if (datagram.length == 0) {
            closedByOwner = true;
            closed = true;
            throw new InterruptedIOException("closing");
        }
        int received = Math.min(length, datagram.length);
        System.arraycopy(datagram, 0, buffer, offset, received);
        return received;
    }

    private static IOException closing(InterruptedException cause) {
        IOException e = new InterruptedIOException("interrupted");
        e.initCause(cause);
        return e;
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
        if (length > SEND_LIMIT - pendingLength) {
            flush();
        }
        if (length > SEND_LIMIT) {
            throw new IllegalArgumentException("record of " + length + " bytes");
        }
        System.arraycopy(bytes, offset, pending, pendingLength, length);
        pendingLength += length;
    }

    /// Whether it was our own side that wanted to close.
    boolean isClosedByOwner() {
        return closedByOwner;
    }

    void flush() {
        if (pendingLength > 0) {
            byte[] datagram = Arrays.copyOf(pending, pendingLength);
            pendingLength = 0;
            outgoing.accept(datagram);
        }
    }

    /// Bouncy Castle closes after its last alert.
    @Override
    public void close() {
        flush();
        closed = true;
    }
}
