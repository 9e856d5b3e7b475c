package offhook.sip;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Whose answer to our INVITE the call has, of the dialogs that a fork opens (RFC 3261 §13.2.2.4).
/// Any thread.
final class EarlyAnswer {

    /// The tag of the dialog whose answer the call has, if any.
    private final AtomicReference<@Nullable String> describedBy = new AtomicReference<>();

    /// The same tag once that answer was confirmed by PRACK. Written by JAIN-SIP's threads.
    private volatile String agreedWith = "";

    /// Whether the call has an answer.
    boolean isThere() {
        return describedBy.get() != null;
    }

    /// A dialog answers before its 200.
    ///
    /// @param tag the peer's; "null" of one that has none
    /// @param confirmed whether the answer was confirmed by PRACK
    /// @return whether it is the first, which the call shall have
    boolean takes(String tag, boolean confirmed) {
        boolean first = describedBy.compareAndSet(null, tag);
        if (first && confirmed) {
            agreedWith = tag;
        }
        return first;
    }

    /// A dialog has its 200, and the call lives on with it.
    ///
    /// @return whose answer the call had; null when it had none
    @Nullable String settles(String tag) {
        return describedBy.getAndSet(tag);
    }

    /// RFC 3311 §5.2: whether offer and answer are complete in a dialog before its 200. An answer
    /// that came unconfirmed is not sure to be the last word.
    boolean isAgreed(String tag) {
        return agreedWith.equals(tag);
    }
}
