package offhook.doctor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import offhook.call.LegQuality;

/// How a leg sounded over the call's time, both ways.
final class LegPlots {

    private final Heard byUs = new Heard();
    private final Heard byPeer = new Heard();

    /// What one listener hears.
    private record Heard(Plot loss, Plot jitter, Plot delay, Plot mos) {

        Heard() {
            this(new Plot(10, false), new Plot(10, false), new Plot(1, false), new Plot(100, true));
        }

        List<Plot> all() {
            return List.of(loss, jitter, delay, mos);
        }

        void note(int step, double lost, double jitterMillis, double delayMillis, double opinion) {
            loss.note(step, lost);
            jitter.note(step, jitterMillis);
            delay.note(step, delayMillis);
            mos.note(step, opinion);
        }

        void write(ObjectNode to, int steps) {
            loss.write(to.putArray("loss"), steps);
            jitter.write(to.putArray("jitter-ms"), steps);
            delay.write(to.putArray("delay-ms"), steps);
            mos.write(to.putArray("mos"), steps);
        }
    }

    /// What we heard in a second in which packets came.
    ///
    /// @param lossPercent what of them did not come
    void heard(int step, LegQuality.Inbound now, double lossPercent) {
        byUs.note(step, lossPercent, now.jitterMillis(), now.bufferMillis(), now.opinion().mos());
    }

    /// What the peer heard in a second in which packets went there, as it reported.
    void heardByPeer(int step, LegQuality now) {
        byPeer.note(
                step,
                now.outbound().peerLossPercent(),
                now.outbound().peerJitterMillis(),
                now.roundTripMillis(),
                now.outbound().opinion().mos());
    }

    void coarsen() {
        byUs.all().forEach(Plot::coarsen);
        byPeer.all().forEach(Plot::coarsen);
    }

    void write(ObjectNode leg, int steps) {
        byUs.write(leg.putObject("heard-by-us"), steps);
        byPeer.write(leg.putObject("heard-by-peer"), steps);
    }
}
