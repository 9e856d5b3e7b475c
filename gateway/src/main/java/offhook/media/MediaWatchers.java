package offhook.media;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import offhook.call.TransportObserver;
import offhook.trace.MediaTap;

/// Who is told of media besides its calls, and of which calls headers are kept. Any thread.
final class MediaWatchers {

    /// Written before calls come, read by the loops.
    private volatile TransportObserver transports = TransportObserver.NONE;

    /// Written before calls come, read by the loops.
    private volatile MediaTap tap = MediaTap.NONE;

    /// Written by operators, read by the loops.
    private volatile boolean keepAll;

    /// Of how many calls at a time a loop keeps headers. Written before calls come.
    private volatile int mostKept;

    /// By these trunks. Written by operators, read by the loops.
    private final Set<String> keptTrunks = ConcurrentHashMap.newKeySet();

    TransportObserver transports() {
        return transports;
    }

    void transports(TransportObserver observer) {
        transports = observer;
    }

    MediaTap tap() {
        return tap;
    }

    void tap(MediaTap looking, int mostCallsKept) {
        tap = looking;
        mostKept = mostCallsKept;
    }

    int mostKept() {
        return mostKept;
    }

    void keepAll(boolean on) {
        keepAll = on;
    }

    void keepTrunk(String name, boolean on) {
        if (on) {
            keptTrunks.add(name);
        } else {
            keptTrunks.remove(name);
        }
    }

    /// Whether headers are kept of a call by such a trunk; empty: by none.
    boolean keeps(String trunk) {
        return keepAll || (!trunk.isEmpty() && keptTrunks.contains(trunk));
    }
}
