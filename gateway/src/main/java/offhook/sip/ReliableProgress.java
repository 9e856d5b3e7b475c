package offhook.sip;

import java.util.concurrent.ConcurrentHashMap;

/// The numbered provisional responses to an INVITE of ours, by dialog: which of them is to be
/// confirmed by PRACK (RFC 3262 §4). Any thread.
final class ReliableProgress {

    /// What is to be done with one.
    enum Verdict {
        /// Confirm it and take it in.
        NEXT,
        /// It was confirmed before: nothing.
        AGAIN,
        /// One before it is missing: nothing, it will come again behind that.
        EARLY
    }

    /// A fork of more branches than that is an attack.
    private static final int MOST_DIALOGS = 32;

    private final ConcurrentHashMap<String, Long> latest = new ConcurrentHashMap<>();

    /// A response came.
    ///
    /// @param tag the peer's tag
    /// @param number its RSeq
    Verdict judge(String tag, long number) {
        Long before = latest.get(tag);
        if (before == null) {
            boolean first = latest.size() < MOST_DIALOGS && latest.putIfAbsent(tag, number) == null;
            return first ? Verdict.NEXT : Verdict.AGAIN;
        }
        if (number == before + 1 && latest.replace(tag, before, number)) {
            return Verdict.NEXT;
        }
        return number > before + 1 ? Verdict.EARLY : Verdict.AGAIN;
    }
}
