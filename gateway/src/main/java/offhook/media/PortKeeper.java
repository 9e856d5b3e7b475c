package offhook.media;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Gives trunk ports back that have rested, also while no call asks for one. On its loop only.
final class PortKeeper implements Timed {

    private static final Logger LOG = LogManager.getLogger(PortKeeper.class);
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final RtpHosts hosts;
    private long nextNanos;

    PortKeeper(RtpHosts hosts, long nowNanos) {
        this.hosts = hosts;
        this.nextNanos = nowNanos + INTERVAL_NANOS;
    }

    @Override
    public long dueNanos() {
        return nextNanos;
    }

    @Override
    public void onDue(long nowNanos) {
        nextNanos = nowNanos + INTERVAL_NANOS;
        hosts.tend(nowNanos);
    }

    @Override
    public void onDefect(RuntimeException defect) {
        LOG.error("resting ports not tended by a defect of the gateway", defect);
    }
}
