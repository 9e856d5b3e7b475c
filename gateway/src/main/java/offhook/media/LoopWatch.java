package offhook.media;

import offhook.net.Traffic;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Once a second, has the governor of a loop decide and tells others how the loop does. On its loop
/// only, save [#figures].
final class LoopWatch implements Timed {

    private static final Logger LOG = LogManager.getLogger(LoopWatch.class);
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final MediaLoop loop;
    private final PressureGovernor governor;
    private final LegTable legs;
    private final RtpHosts hosts;
    private long nextNanos;

    /// Written by the loop once a second, read by anyone.
    private volatile LoopFigures figures;

    LoopWatch(MediaLoop loop, PressureGovernor governor, LegTable legs, RtpHosts hosts) {
        this.loop = loop;
        this.governor = governor;
        this.legs = legs;
        this.hosts = hosts;
        this.nextNanos = loop.nowNanos() + INTERVAL_NANOS;
        // The loop's thread has not begun.
        this.figures = measured(loop.nowNanos(), 0);
    }

    /// As of the last full second. Any thread.
    LoopFigures figures() {
        return figures;
    }

    @Override
    public long dueNanos() {
        return nextNanos;
    }

    @Override
    public void onDue(long nowNanos) {
        nextNanos = nowNanos + INTERVAL_NANOS;
        LoopMeter meter = loop.meter();
        int complexity = governor.complexity();
        boolean full = governor.isFull();
        governor.onSecond(meter.busy(nowNanos), meter.lateTurns());
        LoopFigures now = measured(nowNanos, Threads.cpuNanos());
        figures = now;
        meter.restart(nowNanos);
        if (now.complexity() != complexity) {
            LOG.info(
                    "complexity of Opus changed loop={} from={} to={} busyPercent={}"
                            + " latestMillis={}",
                    loop.index(),
                    complexity,
                    now.complexity(),
                    Math.round(100 * now.busy()),
                    now.latestNanos() / 1_000_000);
        }
        if (now.full() != full) {
            LOG.warn(
                    "{} new calls loop={} busyPercent={}",
                    now.full() ? "refuses" : "takes",
                    loop.index(),
                    Math.round(100 * now.busy()));
        }
    }

    private LoopFigures measured(long nowNanos, long cpuNanos) {
        LoopMeter meter = loop.meter();
        Traffic traffic = loop.traffic();
        return new LoopFigures(
                meter.busy(nowNanos),
                meter.latestNanos(),
                meter.lateTicks(),
                legs.calls(),
                legs.legs(),
                governor.complexity(),
                governor.stepsDown(),
                governor.stepsUp(),
                governor.isFull(),
                traffic.received(),
                traffic.sent(),
                hosts.portsUsed(),
                hosts.ports(),
                nowNanos,
                loop.codecs().work(cpuNanos));
    }

    @Override
    public void onDefect(RuntimeException defect) {
        LOG.error("media loop {} not watched by a defect of the gateway", loop.index(), defect);
    }
}
