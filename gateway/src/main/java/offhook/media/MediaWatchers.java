package offhook.media;

import offhook.call.TransportObserver;

/// Who is told of media besides its calls. Set while the gateway starts, read by the loops.
final class MediaWatchers {

    /// Written before calls come, read by the loops.
    private volatile TransportObserver transports = TransportObserver.NONE;

    TransportObserver transports() {
        return transports;
    }

    void transports(TransportObserver observer) {
        transports = observer;
    }
}
