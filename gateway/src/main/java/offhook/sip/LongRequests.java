package offhook.sip;

import java.util.concurrent.atomic.AtomicBoolean;
import offhook.config.TrunkConfig;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What becomes of requests to one trunk that are too long for UDP (RFC 3261 §18.1.1). Any thread.
final class LongRequests {

    private static final Logger LOG = LogManager.getLogger(LongRequests.class);

    /// What is longer may not go by UDP when the MTU of the way is not known.
    static final int MOST_UDP_BYTES = 1300;

    private final TrunkConfig trunk;
    private final AtomicBoolean warned = new AtomicBoolean();

    LongRequests(TrunkConfig trunk) {
        this.trunk = trunk;
    }

    /// Whether they may go by TCP: not when the configuration names the transport.
    boolean mayChange(TrunkTarget target) {
        return trunk.outboundProxy()
                .map(TrunkUri::parse)
                .orElse(target.uri())
                .transport()
                .isEmpty();
    }

    /// One went by UDP all the same.
    void byUdp(int lengthBytes, String because) {
        if (warned.compareAndSet(false, true)) {
            LOG.warn(
                    "a request of {} bytes goes to trunk={} by udp and may be lost, because {}; of"
                            + " further ones nothing is said",
                    lengthBytes,
                    trunk.name(),
                    because);
        }
    }
}
