package offhook.doctor;

import java.util.ArrayList;
import java.util.List;
import offhook.call.LegQuality;

/// Watches whether packets come from a leg while they are wanted. Pure.
final class PacketWatch {

    private static final long SECOND_NANOS = 1_000_000_000L;

    /// So long nothing may come after the leg was joined.
    static final long FIRST_NANOS = 4 * SECOND_NANOS;

    /// So long nothing may come of a browser that sent before.
    static final long BROWSER_NANOS = 4 * SECOND_NANOS;

    /// So long nothing may come of a trunk; telephones that send nothing while nobody speaks exist.
    static final long TRUNK_NANOS = 6 * SECOND_NANOS;

    /// A stream without pauses.
    private static final long STEADY_PER_SECOND = 30;

    private static final int MOST = 20;

    private final List<Gap> gaps = new ArrayList<>();
    private long wantedSinceNanos = -1;
    private long lastNanos;
    private long packets;
    private long nowNanos;
    private boolean steady;

    // Packets a second, of late; and whether some came in the second before.
    private long usual = STEADY_PER_SECOND;
    private boolean cameBefore;

    private boolean oneWay;

    /// @param first whether nothing had ever come before
    /// @param certain whether the talk was one way by it
    record Gap(boolean first, boolean certain, long fromNanos, long toNanos) {}

    /// @param wanted whether the leg is joined, nobody holds, and the peer says that it sends
    void note(boolean wanted, LegQuality heard, long from, long to) {
        nowNanos = to;
        long came = heard.inbound().packets() - packets;
        if (!wanted) {
            finish(from);
            wantedSinceNanos = -1;
            packets = heard.inbound().packets();
            return;
        }
        if (wantedSinceNanos < 0) {
            wantedSinceNanos = from;
            lastNanos = from;
        }
        if (came > 0) {
            place(came, from, to);
            boolean rich = came >= STEADY_PER_SECOND;
            steady = rich || (steady && packets > 0);
            packets = heard.inbound().packets();
            oneWay = false;
        }
        cameBefore = came > 0;
        oneWay |= heard.audio() == LegQuality.Audio.NO_PACKETS;
    }

    /// Finds out when the first or the last one came: of the second in which a stream ends or goes
    /// on it has only a part.
    private void place(long came, long from, long to) {
        long part = (to - from) * Math.min(came, usual) / usual;
        if (cameBefore) {
            lastNanos = from + part;
        } else {
            finish(to - part);
            lastNanos = to;
        }
        usual = Math.max(1, (usual + came) / 2);
    }

    /// Packets come again, or are not wanted any more.
    private void finish(long at) {
        if (wantedSinceNanos >= 0 && at - lastNanos >= limit() && gaps.size() < MOST) {
            gaps.add(gap(at));
        }
    }

    private long limit() {
        return packets == 0 ? FIRST_NANOS : BROWSER_NANOS;
    }

    private Gap gap(long to) {
        return new Gap(packets == 0, oneWay, lastNanos, to);
    }

    /// Whether the stream had no pauses, so that one is no habit of the sender.
    boolean isSteady() {
        return steady;
    }

    boolean anyCame() {
        return packets > 0;
    }

    List<Gap> gaps() {
        List<Gap> all = new ArrayList<>(gaps);
        if (wantedSinceNanos >= 0 && nowNanos - lastNanos >= limit()) {
            all.add(gap(nowNanos));
        }
        return all;
    }
}
