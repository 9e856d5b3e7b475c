package offhook.rtp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Sends packets through a [PlayoutBuffer] in simulated time, to the nanosecond.
final class PlayoutSimulation {

    static final int RATE = 48_000;
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;
    static final int DTX_BYTES = 4;

    private record Sent(
            long arrivalNanos,
            int ssrc,
            int sequence,
            long timestamp,
            int units,
            int id,
            boolean quiet,
            boolean redundant) {}

    /// One item polled: what, when, and of which packet (-1 for none).
    record Played(PlayoutBuffer.Playout what, long atNanos, int id, int units) {}

    final PlayoutBuffer buffer;
    final List<Played> played = new ArrayList<>();
    final List<Long> arrivalOf = new ArrayList<>();
    final List<PlayoutBuffer.Arrival> arrivals = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private final RtpPacket packet = new RtpPacket();
    private final byte[] wire = new byte[64];

    int ssrc = 0x1234;
    int sequence = 65_500;
    long timestamp = 0xffff_0000L;
    boolean quiet;
    boolean redundant = true;

    PlayoutSimulation() {
        this(new PlayoutBuffer(RATE));
    }

    PlayoutSimulation(PlayoutBuffer buffer) {
        this.buffer = buffer;
    }

    /// A packet that arrives at `arrivalNanos`; sequence and timestamp go on.
    PlayoutSimulation packet(long arrivalNanos, int units) {
        int id = arrivalOf.size();
        arrivalOf.add(arrivalNanos);
        sent.add(
                new Sent(
                        arrivalNanos,
                        ssrc,
                        sequence & 0xffff,
                        timestamp & 0xffff_ffffL,
                        units,
                        id,
                        quiet,
                        redundant));
        sequence++;
        timestamp += units;
        return this;
    }

    /// A packet that is no audio; it takes a number and no time.
    PlayoutSimulation other(long arrivalNanos) {
        return packet(arrivalNanos, 0);
    }

    PlayoutSimulation lost(int units) {
        sequence++;
        timestamp += units;
        return this;
    }

    PlayoutSimulation pause(long units) {
        timestamp += units;
        return this;
    }

    /// Runs from `startNanos` to `endNanos`.
    PlayoutSimulation run(long startNanos, long endNanos) {
        List<Sent> queue = new ArrayList<>(sent);
        queue.sort((a, b) -> Long.compare(a.arrivalNanos(), b.arrivalNanos()));
        buffer.start(startNanos);
        int next = 0;
        while (buffer.nextTickNanos() < endNanos) {
            long tick = buffer.nextTickNanos();
            while (next < queue.size() && queue.get(next).arrivalNanos() <= tick) {
                arrivals.add(insert(queue.get(next++)));
            }
            while (buffer.nextTickNanos() <= tick) {
                PlayoutBuffer.Playout what = buffer.poll(tick);
                boolean payload =
                        what == PlayoutBuffer.Playout.FRAME
                                || what == PlayoutBuffer.Playout.SHORTEN;
                int id = payload ? Wire.i32(buffer.bytes(), 0) : -1;
                played.add(new Played(what, tick, id, buffer.durationUnits()));
            }
        }
        return this;
    }

    private PlayoutBuffer.Arrival insert(Sent s) {
        RtpPacket.writeHeader(wire, 0, 111, false, s.sequence(), s.timestamp(), s.ssrc());
        Wire.put32(wire, RtpPacket.HEADER_BYTES, s.id());
        packet.wrap(wire, 0, RtpPacket.HEADER_BYTES + DTX_BYTES);
        if (s.units() == 0) {
            buffer.pass(packet, s.arrivalNanos());
            return PlayoutBuffer.Arrival.ACCEPTED;
        }
        return buffer.insert(packet, s.units(), s.quiet(), s.redundant(), s.arrivalNanos());
    }

    long count(PlayoutBuffer.Playout what, long fromNanos, long toNanos) {
        return played.stream()
                .filter(p -> p.what() == what && p.atNanos() >= fromNanos && p.atNanos() < toNanos)
                .count();
    }

    /// The time from arrival to tick of the frames played in the span, as a percentile.
    double delayMillis(double percentile, long fromNanos, long toNanos) {
        long[] delays =
                played.stream()
                        .filter(p ->
                                p.what() == PlayoutBuffer.Playout.FRAME
                                        && p.atNanos() >= fromNanos
                                        && p.atNanos() < toNanos)
                        .mapToLong(p -> p.atNanos() - arrivalOf.get(p.id()))
                        .toArray();
        Arrays.sort(delays);
        return delays[(int) Math.min(delays.length - 1, delays.length * percentile)] / 1e6;
    }

    List<Integer> idsPlayed() {
        return played.stream()
                .filter(p -> p.what() == PlayoutBuffer.Playout.FRAME)
                .map(Played::id)
                .toList();
    }

    /// The times of the ticks, each once.
    long[] ticks() {
        return played.stream().mapToLong(Played::atNanos).distinct().toArray();
    }

    /// The greatest deviation of the distance of two ticks from 20 ms.
    double worstTickMillis() {
        long[] ticks = ticks();
        long worst = 0;
        for (int i = 1; i < ticks.length; i++) {
            worst = Math.max(worst, Math.abs(ticks[i] - ticks[i - 1] - 20 * MILLI));
        }
        return worst / 1e6;
    }
}
