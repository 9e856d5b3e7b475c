package offhook.sip;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import offhook.runtime.NanoClock;
import offhook.sip.FrontDoor.Decision;
import offhook.telemetry.Counter;

/// The reading side of a SIP connection (RFC 3261 §18.3): reads whole messages, asks the
/// [FrontDoor] of each, and gives its reader only those that passed. A message must be complete 5 s
/// after its first byte, the first one 5 s after the connection was made; between messages a
/// connection may rest for 120 s, and as long as it likes while its source has a call. JAIN-SIP's
/// thread of the connection owns it.
final class MessageStream extends InputStream {

    static final long MESSAGE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /// How long the answer that ends a connection may take.
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    /// How long nothing at all may come from a source that has no call.
    static final Duration MAX_REST = Duration.ofMinutes(2);

    /// Pairs of CR LF that may come within a second; a keep-alive is two of them.
    static final int MAX_EMPTY_LINES = 64;

    private static final long EMPTY_LINES_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Socket socket;
    private final InputStream in;
    private final PatientWriter out;
    private final FrontDoor door;
    private final UnansweredRequests unanswered;
    private final Transport transport;
    private final NanoClock clock;
    private final int restMillis;

    private final byte[] buffer = new byte[MessageReader.MAX_STREAM_BYTES];
    private int filled;
    private int passed;
    private int given;
    private boolean first;
    private int emptyLines;
    private long emptyLinesSinceNanos;

    /// @param unanswered the requests that went out, of which it is told what is answered
    /// @param transport as Via has to name it
    /// @param first whether the peer connected and so owes us a message at once
    /// @param rest how long nothing may come while the source has no call
    MessageStream(
            Socket socket,
            InputStream in,
            PatientWriter out,
            FrontDoor door,
            UnansweredRequests unanswered,
            Transport transport,
            boolean first,
            Duration rest) {
        this.socket = socket;
        this.in = in;
        this.out = out;
        this.door = door;
        this.unanswered = unanswered;
        this.transport = transport;
        this.clock = NanoClock.system();
        this.first = first;
        this.restMillis = (int) rest.toMillis();
        this.emptyLinesSinceNanos = clock.nanoTime();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (given == passed) {
            if (!nextMessage()) {
                socket.close();
                return -1;
            }
        }
        int count = Math.min(length, passed - given);
        System.arraycopy(buffer, given, target, offset, count);
        given += count;
        return count;
    }

    /// Reads until a message has passed or was answered.
    ///
    /// @return false when the connection has to end
    private boolean nextMessage() throws IOException {
        System.arraycopy(buffer, passed, buffer, 0, filled - passed);
        filled -= passed;
        passed = 0;
        given = 0;
        long deadlineNanos = clock.nanoTime() + MESSAGE_TIMEOUT_NANOS;
        boolean deadlineRuns = first;
        while (true) {
            if (!dropEmptyLines()) {
                return ends(Counter.SIP_DROPPED_RATE, "more empty lines than keep-alives need");
            }
            if (!first && filled == 0) {
                deadlineRuns = false; // half a pair of CR LF has become a whole one
            } else if (!deadlineRuns) {
                deadlineNanos = clock.nanoTime() + MESSAGE_TIMEOUT_NANOS;
                deadlineRuns = true;
            }
            int end = messageEnd();
            if (end < 0) {
                return false;
            }
            if (end > 0) {
                first = false;
                return decide(end);
            }
            if (!readMore(deadlineRuns, deadlineNanos)) {
                return false;
            }
        }
    }

    /// RFC 5626 §3.5.1: pairs of CR LF between messages only keep the connection open.
    ///
    /// @return false when there are more of them than any keep-alive needs
    private boolean dropEmptyLines() {
        int lines = 0;
        while (lines + 1 < filled && buffer[lines] == '\r' && buffer[lines + 1] == '\n') {
            lines += 2;
        }
        System.arraycopy(buffer, lines, buffer, 0, filled - lines);
        filled -= lines;
        if (lines == 0) {
            return true;
        }
        long nowNanos = clock.nanoTime();
        if (nowNanos - emptyLinesSinceNanos >= EMPTY_LINES_WINDOW_NANOS) {
            emptyLinesSinceNanos = nowNanos;
            emptyLines = 0;
        }
        emptyLines += lines / 2;
        return emptyLines <= MAX_EMPTY_LINES;
    }

    /// Where the message at the start of the buffer ends; 0 when that cannot be said yet, -1 when
    /// it is no message that we read.
    private int messageEnd() throws IOException {
        int headerEnd = headerEnd();
        if (headerEnd > MessageReader.MAX_STREAM_HEADER_BYTES
                || (headerEnd == 0 && filled > MessageReader.MAX_STREAM_HEADER_BYTES)) {
            ends(Counter.SIP_DROPPED_SIZE, "headers too long");
            return -1;
        }
        if (headerEnd == 0) {
            return 0;
        }
        int bodyBytes;
        try {
            RawMessage message = MessageReader.read(buffer, 0, headerEnd);
            bodyBytes = message.contentLengthBytes().orElse(0);
        } catch (SipRequestException e) {
            return headerEnd; // the front door says what is wrong with it
        }
        if (headerEnd + bodyBytes > buffer.length) {
            ends(Counter.SIP_DROPPED_SIZE, "a message too long");
            return -1;
        }
        return headerEnd + bodyBytes <= filled ? headerEnd + bodyBytes : 0;
    }

    /// Why the connection ends is counted, and told where it is a trunk's.
    private boolean ends(Counter dropped, String because) {
        door.endsStream(dropped, because, socket.getInetAddress(), socket.getPort(), transport);
        return false;
    }

    private int headerEnd() {
        for (int i = 0; i + 3 < filled; i++) {
            if (buffer[i] == '\r'
                    && buffer[i + 1] == '\n'
                    && buffer[i + 2] == '\r'
                    && buffer[i + 3] == '\n') {
                return i + 4;
            }
        }
        return 0;
    }

    private boolean readMore(boolean deadlineRuns, long deadlineNanos) throws IOException {
        while (true) {
            long leftMillis = restMillis;
            if (deadlineRuns) {
                leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - clock.nanoTime());
                if (leftMillis <= 0) {
                    return ends(
                            Counter.SIP_DROPPED_MALFORMED, "a message not complete within 5 s");
                }
            }
            socket.setSoTimeout((int) leftMillis);
            try {
                int count = in.read(buffer, filled, buffer.length - filled);
                filled += Math.max(count, 0);
                return count >= 0;
            } catch (SocketTimeoutException e) {
                if (!deadlineRuns && !door.hasDialogWith(socket.getInetAddress())) {
                    return false;
                }
            }
        }
    }

    private void record(int end) {
        door.recording()
                .received(
                        transport,
                        new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort()),
                        new InetSocketAddress(socket.getInetAddress(), socket.getPort()),
                        buffer,
                        end);
    }

    private boolean decide(int end) throws IOException {
        Decision decision =
                door.inspectStream(
                        buffer, end, socket.getInetAddress(), socket.getPort(), transport);
        passed = end;
        given = end;
        if (!(decision instanceof Decision.Drop)) {
            record(end);
        }
        switch (decision) {
            case Decision.Pass(int lengthBytes) -> {
                SentRequest.answeredBy(buffer, lengthBytes).ifPresent(unanswered::remove);
                given = 0;
                return true;
            }
            case Decision.Answer(byte[] bytes, boolean endsStream) -> {
                // JAIN-SIP itself holds this monitor while it writes a message in chunks; no lock
                // of ours could keep an answer from between them. Nobody waits under it.
                synchronized (out) {
                    out.write(bytes);
                }
                if (endsStream) {
                    out.finish(LAST_WORDS);
                }
                return !endsStream;
            }
            case Decision.Drop(boolean endsStream) -> {
                return !endsStream;
            }
        }
    }
}
