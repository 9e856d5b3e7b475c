package offhook.media;

import java.time.Duration;
import offhook.ice.IceLiteAgent;

/// How long calls wait for a browser that is gone, as it is configured now. Written by whoever
/// reads the configuration, read by the loops.
final class Grace {

    private volatile Duration configured;

    Grace(Duration configured) {
        this.configured = configured;
    }

    /// Browsers that go from now on are waited for as long.
    void become(Duration wanted) {
        configured = wanted;
    }

    /// After how long a browser that nothing is heard of is lost: not before its consent to what is
    /// sent has run out.
    long lostNanos() {
        return Math.max(IceLiteAgent.CONSENT_NANOS, configured.toNanos());
    }
}
