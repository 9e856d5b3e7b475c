package offhook.web;

import offhook.web.ClientMessage.Microphone;
import org.jspecify.annotations.Nullable;

/// When a page last said that it is awake, and which ping it last answered. Nearly all that idle
/// pages say is that nothing has changed: the socket's reader notes the time here, and the desk
/// only looks now and then.
///
/// Written by the socket's reader and by the desk's owner, in the way that each method tells.
final class Pulse {

    /// The page's latest word, by the gateway's monotonic clock.
    private volatile long atNanos;

    private volatile long ponged;

    /// What the desk knows of the microphone; null: the desk has to hear the next word itself.
    private volatile @Nullable Microphone known;

    /// The page says that it is awake. The socket's reader.
    ///
    /// @return false when this is news to the desk, which then has to be told
    boolean beats(Microphone said, long nowNanos) {
        atNanos = nowNanos;
        return said == known;
    }

    /// The page answers a ping, by the thread that would show a call: as good as saying so. The
    /// socket's reader.
    ///
    /// @return false when the desk has to be told, because it does not take the page for awake
    boolean pongs(long n, long nowNanos) {
        ponged = n;
        atNanos = nowNanos;
        return known != null;
    }

    /// The ping that the page answered last; 0: none yet. The desk's owner.
    long ponged() {
        return ponged;
    }

    /// The desk has heard the page. The desk's owner.
    void heard(Microphone said, long nowNanos) {
        atNanos = nowNanos;
        known = said;
    }

    /// Whether the page was silent for too long; the desk hears its next word then. The desk's
    /// owner.
    boolean fallsSilent(long nowNanos, long patienceNanos) {
        if (nowNanos - atNanos <= patienceNanos) {
            return false;
        }
        Microphone before = known;
        known = null;
        // A word may come meanwhile: its reader leaves the time before it looks, so either it sees
        // that the desk has to be told, or the time is seen here.
        if (nowNanos - atNanos > patienceNanos) {
            return true;
        }
        known = before;
        return false;
    }
}
