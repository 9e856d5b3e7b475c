package offhook.sip;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import javax.sip.ClientTransaction;
import org.jspecify.annotations.Nullable;

/// The INVITEs of one outgoing call: the one that is asked now, and those that were given up and
/// may still come to speak. Any thread; the one that is asked moves on by compare-and-set.
final class SentInvites {

    /// One INVITE.
    ///
    /// @param heard whether the peer answered anything, so that a CANCEL may follow (RFC 3261 §9.1)
    record Sent(String callId, ClientTransaction transaction, boolean heard) {}

    private final AtomicReference<@Nullable Sent> current = new AtomicReference<>();

    /// What nobody answered in time, by Call-ID, until nothing more can come of it.
    private final Map<String, ClientTransaction> abandoned = new ConcurrentHashMap<>();

    /// What is asked now; null when nothing is.
    @Nullable Sent current() {
        return current.get();
    }

    /// Whether that is what is asked now.
    boolean isCurrent(ClientTransaction transaction) {
        Sent now = current.get();
        return now != null && now.transaction().equals(transaction);
    }

    /// This one is asked from now on.
    Sent asks(String callId, ClientTransaction transaction) {
        Sent next = new Sent(callId, transaction, false);
        current.set(next);
        return next;
    }

    /// It could not be sent.
    void notSent(Sent failed) {
        current.compareAndSet(failed, null);
    }

    /// Nothing is asked any more.
    void over() {
        current.set(null);
    }

    /// Notes that the peer answers.
    ///
    /// @return what is asked now; null when that is another call, or nothing
    @Nullable Sent heard(String callId) {
        Sent now = current.get();
        while (now != null && now.callId().equals(callId)) {
            Sent heard = new Sent(callId, now.transaction(), true);
            if (now.heard() || current.compareAndSet(now, heard)) {
                return heard;
            }
            now = current.get();
        }
        return null;
    }

    /// Leaves an INVITE to itself that nobody has answered yet.
    ///
    /// @return false when it was answered, or was not the one that is asked
    boolean abandon(ClientTransaction unheard) {
        Sent now = current.get();
        if (now == null
                || now.heard()
                || !now.transaction().equals(unheard)
                || !current.compareAndSet(now, null)) {
            return false;
        }
        abandoned.put(now.callId(), unheard);
        return true;
    }

    /// The transaction of a call that was left to itself; null when none was.
    @Nullable ClientTransaction abandoned(String callId) {
        return abandoned.get(callId);
    }

    /// Nothing more can come of it.
    void letGo(String callId) {
        abandoned.remove(callId);
    }
}
