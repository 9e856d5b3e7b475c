package offhook.media;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import offhook.call.LegId;
import offhook.call.TransportFact;
import offhook.net.PacketBuffer;
import offhook.trace.PassedReport;
import org.jspecify.annotations.Nullable;

/// What is taken down of one leg's media, for those who look at it from outside. On its call's loop
/// only.
final class LegTape {

    private final LegId leg;
    private final MediaWatchers watchers;

    /// The call's; null: its packets are not kept.
    private @Nullable HeaderRing ring;

    LegTape(LegId leg, MediaWatchers watchers) {
        this.leg = leg;
        this.watchers = watchers;
    }

    LegId leg() {
        return leg;
    }

    /// Keeps headers there from now on; null: nowhere.
    void keepIn(@Nullable HeaderRing there) {
        ring = there;
    }

    /// Something became known of the way to the peer.
    void note(TransportFact fact, long nowNanos) {
        watchers.transports().noted(leg, fact, nowNanos);
    }

    /// An RTP packet passed; in the clear.
    void rtp(
            boolean sent,
            PacketBuffer packet,
            InetSocketAddress local,
            InetSocketAddress remote,
            long nowNanos) {
        HeaderRing there = ring;
        if (there != null) {
            there.rtp(sent, packet, local, remote, nowNanos);
        }
    }

    /// An RTCP packet passed; in the clear.
    void rtcp(
            boolean sent,
            PacketBuffer packet,
            InetSocketAddress local,
            InetSocketAddress remote,
            long nowNanos) {
        HeaderRing there = ring;
        if (there != null) {
            there.rtcp(sent, packet, local, remote, nowNanos);
        }
        if (watchers.tap().wantsReports()) {
            watchers.tap()
                    .reported(
                            new PassedReport(
                                    leg,
                                    Instant.now(),
                                    sent,
                                    local,
                                    remote,
                                    Arrays.copyOfRange(
                                            packet.bytes(), packet.offset(), packet.end())));
        }
    }
}
