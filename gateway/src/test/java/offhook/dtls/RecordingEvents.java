package offhook.dtls;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import offhook.srtp.SrtpKeys;

/// Keeps what a handshake tells, in order.
final class RecordingEvents implements DtlsEvents {

    static final String CLOSED = "closed";

    /// How long a handshake may take, and what follows from it.
    static final int PATIENCE_SECONDS = 60;

    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void onKeys(SrtpKeys keys, DtlsRole role, DtlsSession session) {
        events.add(keys);
    }

    @Override
    public void onFailed(DtlsFailure failure) {
        events.add(failure);
    }

    @Override
    public void onClosed() {
        events.add(CLOSED);
    }

    /// The next event, waiting for it.
    Object next() throws InterruptedException {
        Object event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event in time");
        }
        return event;
    }

    /// What has been told and not been asked for.
    int waiting() {
        return events.size();
    }
}
