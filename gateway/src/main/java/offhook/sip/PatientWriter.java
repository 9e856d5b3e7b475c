package offhook.sip;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import offhook.runtime.Mailbox;
import offhook.runtime.Threads;

/// The writing side of a SIP connection: whoever writes only leaves a copy, and one virtual thread
/// hands the copies to the peer. JAIN-SIP writes from its one timer thread and under a lock, so a
/// peer that stops reading would stop the timers of all calls; here it loses its connection as soon
/// as more waits for it than is allowed.
final class PatientWriter extends OutputStream {

    /// How much may wait for a peer.
    static final int MAX_WAITING_BYTES = 64 * 1024;

    private static final int MAX_WAITING_WRITES = 1024;
    private static final byte[] END = new byte[0];

    private final Socket socket;
    private final OutputStream target;
    private final Mailbox<byte[]> waiting = new Mailbox<>(MAX_WAITING_WRITES, 1);
    private final AtomicInteger waitingBytes = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final WrittenMessages written;
    private final Thread thread;

    /// @param socket closed when the peer reads too slowly or not at all
    /// @param target what writes to the peer, and may block
    /// @param written is shown each message that is about to leave
    PatientWriter(Socket socket, OutputStream target, Consumer<byte[]> written) {
        this.socket = socket;
        this.target = target;
        this.written = new WrittenMessages(written);
        this.thread = Threads.virtual("sip-tcp-writer", this::drain);
    }

    /// Starts the thread that writes.
    void start() {
        thread.start();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (ended.get()) {
            throw new SocketException("the connection is closed");
        }
        if (length == 0) {
            return;
        }
        byte[] copy = new byte[length];
        System.arraycopy(bytes, offset, copy, 0, length);
        // First, or the answer to it could be recorded before it.
        written.add(bytes, offset, length);
        if (waitingBytes.addAndGet(length) > MAX_WAITING_BYTES || !waiting.offer(copy)) {
            socket.close();
            throw new SocketException("the peer reads too slowly");
        }
    }

    /// Nothing to do: what was written is on its way, and nobody waits for it.
    @Override
    public void flush() {}

    /// Takes no more and ends the thread once what waits was written. Never blocks.
    @Override
    public void close() {
        if (ended.compareAndSet(false, true)) {
            // The one reserved slot is this one's.
            waiting.offerEnding(END);
        }
    }

    /// Closes, and waits a while for what still has to be written.
    void finish(Duration patience) {
        close();
        try {
            thread.join(patience);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ended by [#close], or by the socket's end, which lets a blocked write fail.
    private void drain() {
        try (socket;
                target) {
            for (byte[] next = waiting.take(); next.length > 0; next = waiting.take()) {
                target.write(next);
                waitingBytes.addAndGet(-next.length);
            }
        } catch (IOException | InterruptedException _) {
            // The reading side notices the closed socket.
        }
    }
}
