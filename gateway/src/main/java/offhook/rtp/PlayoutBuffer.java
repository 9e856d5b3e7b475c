package offhook.rtp;

/// Holds the packets of a browser until each is due on the trunk, which gets a frame every 20 ms
/// for the call's whole life: an adaptive jitter buffer of encoded frames. Owned by the media loop
/// of its call; the loop calls [#insert] as packets come and [#poll] when a tick is due.
public final class PlayoutBuffer {

    /*
     * How it works
     *
     * A packet of media time m that arrives at a has the offset o = a - m. On a perfect link all
     * offsets of a stream are equal; what they are above the least of them is lateness. The class
     * LatenessWindow keeps the offsets of the last 128 packets, of 4 s at most, and gives
     *
     *     playout(m) = m + (95th percentile of o) + 1.5 ms,   least(o) + 2 ms .. least(o) + most
     *
     * so both the baseline (the least offset, which follows the drift of the sender's clock) and
     * the target delay above it come from one window, and a change of path needs no special case
     * [1, §4.3: percentile targets]. The percentile is the greater of that of the last 32 packets,
     * which notices a burst at its second late packet, and that of all 128, which remembers it for
     * 2.5 s, so that what returns each second is waited for and not met anew each time. The first
     * 1.3 s of a line are not remembered: browsers bunch their first packets.
     *
     * The cursor is the media time that the next tick plays. At each tick the error is
     * playout(cursor) - tick: how much too early the tick is. (Of packets shorter than a tick, or
     * out of step with the ticks, a tick needs one that begins later than itself: the lead.)
     *
     * - Within bounds the ticks themselves are moved, by at most 0.5 ms each, until the error is
     *   zero. A clock drift of 200 ppm needs 4 us per tick. So on a clean link a packet waits for
     *   1.5 to 2 ms and not for half a frame, as it would with ticks of a fixed phase.
     * - Too early by 10 ms, or by 1 ms while the packet is not there: the tick is concealed and
     *   the cursor stays: the buffer has grown by a frame. After a pause, likewise, the first frame
     *   waits in silence for the first tick that is not too early.
     * - Too late by 20 ms or more: a packet is handed out for 20 ms less than it has, by which the
     *   decoded audio is to be shortened: a quiet one if one comes within 80 ms, any one at once if
     *   it is too late by 40 ms, and not more than one per 80 ms. Too late by 200 ms: the network has
     *   delivered at once what it held back, and all that is too old goes.
     *
     * With redundancy (in-band FEC) a packet carries the one before it again; but at a delay of 2 ms
     * it comes 18 ms after the lost one's tick. So while a stream loses packets and the ones after
     * them are redundant, the target is a frame greater (RedundancyWatch): from the second such loss
     * within 4 s on, until there was none for 9 s. The tick that was concealed for the second one is
     * the growth: the lost frame plays after it, from its redundancy. At the end a frame is taken
     * out again, rather than the ticks moved.
     *
     * When the cursor comes to a packet that is not there, sequence numbers tell why: if the next
     * packet's number shows a gap it is lost; if not, the sender paused (DTX, mute), and the
     * timestamps say until when. While nothing at all is there it is not known: the first 100 ms
     * are concealed, the rest is silence; after a quiet frame all is. Losses are therefore counted
     * from sequence numbers when the next packet is played, never from empty ticks, and a packet
     * that comes after all is no longer lost but late. Of the numbers that were passed each is
     * counted once: played, dropped, late or lost.
     *
     * A packet whose offset is more than 250 ms away from the window is from another timestamp
     * line. Three in a row that agree with each other begin a new line; so a burst after an outage,
     * whose offsets fall from packet to packet, does not. After a pause of 100 ms there is nothing
     * to protect and one is enough. A new SSRC or sequence needs two (SourceTracker).
     *
     * [1] S. B. Moon, J. Kurose, D. Towsley, "Packet audio playout delay adjustment: performance
     *     bounds and algorithms", Multimedia Systems 6, 1998.
     */

    /// What became of a packet that was put in.
    public enum Arrival {
        /// Waits for its tick.
        ACCEPTED,
        /// Waits for its tick; first of a new source, sequence or timestamp line.
        RESTARTED,
        /// Was here before.
        DUPLICATE,
        /// Its time is over.
        LATE,
        /// From another source or timestamp line, not yet confirmed by the next.
        PROBATION,
        /// Empty, longer than a slot can be, or of an impossible duration.
        REFUSED
    }

    /// What a tick wants.
    public enum Playout {
        /// Nothing: the next tick is not due.
        NOT_DUE,
        /// Decode the payload: `durationUnits()` of audio.
        FRAME,
        /// A frame is lost, and the payload is that of the next: decode its redundancy as
        /// `durationUnits()`.
        FEC_AVAILABLE,
        /// Conceal `durationUnits()`: lost, late, or the buffer grows.
        CONCEAL,
        /// Play `durationUnits()` of silence or comfort noise: the sender pauses.
        SILENCE,
        /// The audio handed out before covers this tick.
        HELD,
        /// Decode the payload and play `durationUnits()`, less than it has and perhaps nothing: the
        /// buffer shrinks. By the rest the audio is to be shortened, soon, where nobody hears it.
        SHORTEN
    }

    /// One tick.
    public static final long TICK_NANOS = 20_000_000L;

    /// The delay that is never exceeded unless another is chosen.
    public static final int DEFAULT_MOST_MILLIS = 120;

    private static final int TICKS_PER_SECOND = 50;
    private static final long STEER_NANOS = 500_000L;
    private static final int STEER_SHARE = 4;
    private static final long GROW_NANOS = 10_000_000L;
    private static final long EARLY_NANOS = 1_000_000L;
    private static final long SHRINK_NANOS = 20_500_000L;
    private static final long FRAME_TOO_MANY_NANOS = 19_000_000L;
    private static final long SHRINK_NOW_NANOS = 40_500_000L;
    private static final long REWIND_NANOS = 18_000_000L;
    private static final long RESYNC_NANOS = 200_000_000L;
    private static final long STALL_NANOS = 200_000_000L;
    private static final long OTHER_LINE_NANOS = 250_000_000L;
    private static final long SAME_LINE_NANOS = 10_000_000L;
    private static final int CONFIRMING_PACKETS = 3;
    private static final int CONCEALED_TICKS = 5;
    private static final int TICKS_BETWEEN_CUTS = 4;
    private static final int TICKS_TO_WAIT_FOR_QUIET = 4;
    private static final int LEAD_FRAMES = 64;

    /// So many numbers before one that waits are known to have come or not.
    private static final int REMEMBERED_NUMBERS = SeenNumbers.NUMBERS - PacketRing.SLOTS;

    private final int clockRateHz;
    private final int tickUnits;
    private final SourceTracker tracker = new SourceTracker();
    private final TimestampUnwrapper timestamps = new TimestampUnwrapper();
    private final LatenessWindow window;
    private final RedundancyWatch redundancy = new RedundancyWatch();
    private final SeenNumbers seen = new SeenNumbers();
    private final PacketRing ring = new PacketRing();

    // The line of the stream: cursor and media times in units, numbers unwrapped.
    private boolean anchored;
    private boolean starting;
    private long cursor;
    private long firstNumber;
    private long nextNumber;
    private long highestNumber;
    private int lastDuration;
    private boolean quiet;
    private long lastArrivalNanos;
    private int otherLine;
    private long otherOffset;

    // The ticks.
    private long tickNanos;
    private int filledUnits;
    private boolean tickJudged;
    private int lead;
    private int recentLead;
    private int framesOfLead;
    private int emptyTicks;
    private int ticksSinceCut = TICKS_BETWEEN_CUTS;
    private int ticksTooLong;

    /// Redundancy is no longer waited for: the frame that was put in for it is to be taken out, so
    /// that the receiver's buffer is as full as before.
    private boolean frameTooMany;

    // What was polled last.
    private int polledSlot;
    private int polledUnits;

    private long lostCount;
    private long lateCount;
    private long recoveredCount;
    private long concealedUnits;
    private long insertedCount;
    private long shortenedCount;
    private long droppedCount;
    private long playedCount;
    private long missedTickCount;

    /// A buffer for a stream whose timestamps have this rate, which delays by at most 120 ms.
    public PlayoutBuffer(int clockRateHz) {
        this(clockRateHz, DEFAULT_MOST_MILLIS);
    }

    /// @param mostMillis what the delay never exceeds, however late packets are; 20 to 200
    public PlayoutBuffer(int clockRateHz, int mostMillis) {
        this.window = new LatenessWindow(mostMillis * 1_000_000L);
        this.clockRateHz = clockRateHz;
        this.tickUnits = clockRateHz / TICKS_PER_SECOND;
        this.lastDuration = tickUnits;
    }

    /// Begins the ticks; the first is due now.
    public void start(long nowNanos) {
        tickNanos = nowNanos;
    }

    /// Forgets the stream, not how late packets have been, and goes on with the ticks of another
    /// buffer, the next of which is due then.
    public void restart(long nextTickNanos) {
        anchored = false;
        filledUnits = 0;
        tickJudged = false;
        emptyTicks = 0;
        nextNumber = 0;
        highestNumber = -1;
        droppedCount += ring.clear();
        tickNanos = nextTickNanos;
    }

    /// Puts a packet in. The caller knows from the codec how long it plays, in units of the
    /// timestamps, and whether it is quiet: its audio is the first to be shortened, and a pause
    /// after it is silence. A redundant one carries the packet before it again.
    public Arrival insert(
            RtpPacket packet,
            int durationUnits,
            boolean quiet,
            boolean redundant,
            long arrivalNanos) {
        int length = packet.payloadLength();
        if (length == 0
                || length > PacketRing.LONGEST_PAYLOAD_BYTES
                || durationUnits <= 0
                || durationUnits > 6 * tickUnits) {
            return Arrival.REFUSED;
        }
        SourceTracker.Verdict verdict =
                tracker.accept(packet.ssrc(), packet.sequence(), arrivalNanos);
        if (verdict == SourceTracker.Verdict.PROBATION) {
            return Arrival.PROBATION;
        }
        long number = tracker.sequence();
        boolean paused = arrivalNanos - lastArrivalNanos > SourceTracker.SILENT_NANOS;
        lastArrivalNanos = arrivalNanos;
        boolean restarted = verdict == SourceTracker.Verdict.RESTARTED || !anchored;
        if (restarted) {
            timestamps.reset();
        } else if (seen.contains(number)) {
            return Arrival.DUPLICATE;
        }
        long mediaTime = timestamps.unwrap(packet.timestamp());
        long offset = arrivalNanos - nanosOf(mediaTime);
        if (!restarted && isOtherLine(offset)) {
            if (!paused && !confirmsOtherLine(offset)) {
                return Arrival.PROBATION;
            }
            restarted = true;
        }
        otherLine = 0;
        if (restarted) {
            anchor(number, mediaTime);
        }
        seen.add(number);
        window.add(offset, arrivalNanos);
        boolean afterGap = !restarted && number > highestNumber && !seen.contains(number - 1);
        redundancy.onPacket(number, redundant, afterGap, arrivalNanos);
        frameTooMany |= redundancy.waitNanos() < window.waitNanos();
        window.waitFor(redundancy.waitNanos());
        if (number < nextNumber) {
            lateCount++;
            lostCount -= number >= firstNumber ? 1 : 0;
            return Arrival.LATE;
        }
        makeRoomFor(number);
        ring.store(number, mediaTime, packet, durationUnits, quiet, redundant);
        recentLead = Math.max(recentLead, tickUnits - durationUnits);
        return restarted ? Arrival.RESTARTED : Arrival.ACCEPTED;
    }

    /// Takes note of a packet that is no audio but has a number of the same sequence.
    public void pass(RtpPacket packet, long arrivalNanos) {
        SourceTracker.Verdict verdict =
                tracker.accept(packet.ssrc(), packet.sequence(), arrivalNanos);
        if (verdict == SourceTracker.Verdict.CONTINUES && anchored) {
            long number = tracker.sequence();
            if (number < nextNumber && number >= firstNumber && !seen.contains(number)) {
                lostCount--;
            }
            seen.add(number);
        } else if (verdict == SourceTracker.Verdict.RESTARTED) {
            // Numbers begin anew; audio is awaited.
            anchored = false;
            droppedCount += ring.clear();
        }
    }

    private boolean isOtherLine(long offset) {
        return Math.abs(offset - window.leastNanos()) > OTHER_LINE_NANOS;
    }

    private boolean confirmsOtherLine(long offset) {
        otherLine =
                otherLine > 0 && Math.abs(offset - otherOffset) < SAME_LINE_NANOS
                        ? otherLine + 1
                        : 1;
        otherOffset = offset;
        return otherLine >= CONFIRMING_PACKETS;
    }

    private void anchor(long number, long mediaTime) {
        anchored = true;
        droppedCount += ring.clear();
        seen.clear();
        window.restart();
        firstNumber = number;
        nextNumber = number;
        highestNumber = number;
        cursor = mediaTime;
        starting = true;
    }

    private void makeRoomFor(long number) {
        highestNumber = Math.max(highestNumber, number);
        if (highestNumber - nextNumber >= PacketRing.SLOTS) {
            giveUpBefore(highestNumber - PacketRing.SLOTS + 1);
        }
    }

    private void giveUpBefore(long number) {
        droppedCount += ring.dropBefore(number);
        lostCount += unseenBefore(number);
        nextNumber = number;
    }

    /// Whether a packet that fills the next tick is here: nothing more is waited for.
    public boolean hasNextTick() {
        int slot = PacketRing.slotOf(nextNumber);
        return anchored
                && filledUnits == 0
                && ring.isWaiting(slot)
                && ring.mediaTime(slot) == cursor
                && ring.duration(slot) >= tickUnits;
    }

    /// To be called until `nextTickNanos()` is in the future. A tick of 20 ms is over, and
    /// `nextTickNanos()` moves on, when 20 ms of audio have been handed out: with packets of 10 ms
    /// it takes two calls, with packets of 40 ms the second tick is HELD. When the loop comes later
    /// than 200 ms the ticks in between are left out: see [#missedTicks()].
    public Playout poll(long nowNanos) {
        if (nowNanos - tickNanos < 0) {
            return Playout.NOT_DUE;
        }
        if (nowNanos - tickNanos > STALL_NANOS) {
            long missed = (nowNanos - tickNanos) / TICK_NANOS;
            missedTickCount += missed;
            tickNanos += missed * TICK_NANOS;
        }
        if (filledUnits >= tickUnits) {
            return endTick(Playout.HELD);
        }
        int slot = firstWaiting();
        long error = errorNanos();
        if (!tickJudged) {
            tickJudged = true;
            frameTooMany &= error <= -FRAME_TOO_MANY_NANOS;
            boolean tooLong = isTooLong(error) && ticksSinceCut >= TICKS_BETWEEN_CUTS;
            ticksTooLong = tooLong ? ticksTooLong + 1 : 0;
        }
        if (slot >= 0 && isTooLong(error) && mayShorten(slot, error)) {
            return shorten(slot);
        }
        if (anchored && error >= (slot < 0 || starting ? EARLY_NANOS : GROW_NANOS)) {
            return grow(slot);
        }
        return slot < 0 ? playNothing() : play(slot);
    }

    /// The slot of the oldest packet that is not too old, or -1; the older ones are dropped.
    private int firstWaiting() {
        boolean resync = errorNanos() <= -RESYNC_NANOS;
        for (long number = nextNumber; number <= highestNumber; number++) {
            int slot = PacketRing.slotOf(number);
            if (!ring.isWaiting(slot)) {
                continue;
            }
            long behind = cursor - ring.mediaTime(slot);
            if (behind >= ring.duration(slot)) {
                if (errorNanos() - nanosOf(behind) > -REWIND_NANOS) {
                    // The target has grown since the packet's tick was concealed: that was the
                    // growth.
                    cursor = ring.mediaTime(slot);
                    insertedCount += behind / tickUnits;
                    return slot;
                }
                lateCount++;
                consume(slot);
            } else if (resync && errorNanos() < 0 && number < highestNumber) {
                droppedCount++;
                consume(slot);
                cursor = ring.mediaTime(slot) + ring.duration(slot);
            } else {
                return slot;
            }
        }
        return -1;
    }

    private boolean isTooLong(long error) {
        return error <= -SHRINK_NANOS || frameTooMany;
    }

    private boolean mayShorten(int slot, long error) {
        return ticksSinceCut >= TICKS_BETWEEN_CUTS
                && ring.mediaTime(slot) <= cursor
                && (ring.isQuiet(slot)
                        || error <= -SHRINK_NOW_NANOS
                        || ticksTooLong > TICKS_TO_WAIT_FOR_QUIET);
    }

    private Playout shorten(int slot) {
        ticksSinceCut = 0;
        ticksTooLong = 0;
        frameTooMany = false;
        shortenedCount++;
        playedCount++;
        consume(slot);
        polledSlot = slot;
        lastDuration = ring.duration(slot);
        quiet = ring.isQuiet(slot);
        int units = Math.max(0, lastDuration - tickUnits);
        cursor = ring.mediaTime(slot) + lastDuration - units;
        return hand(Playout.SHORTEN, units, units);
    }

    private Playout grow(int slot) {
        if (starting) {
            return hand(Playout.SILENCE, tickUnits, 0);
        }
        insertedCount++;
        if (slot >= 0 && isConcealedJustNow(slot)) {
            cursor -= lastDuration;
            return play(slot);
        }
        return conceal(tickUnits, 0);
    }

    /// Whether the last tick was concealed for the packet before this one, which can be rebuilt
    /// now: then that tick was the growth.
    private boolean isConcealedJustNow(int slot) {
        return emptyTicks > 0
                && lastDuration == tickUnits
                && ring.isRedundant(slot)
                && ring.mediaTime(slot) == cursor
                && unseenBefore(ring.number(slot)) > 0;
    }

    private Playout playNothing() {
        int units = tickUnits - filledUnits;
        return pauseOrConceal(units, units);
    }

    private Playout play(int slot) {
        long ahead = ring.mediaTime(slot) - cursor;
        if (ahead <= 0) {
            return playFrame(slot);
        }
        // Where packets are shorter than a tick the gap is filled exactly; otherwise whole ticks
        // are, so that packets and ticks do not get out of step: the steering takes the rest.
        int rest = tickUnits - filledUnits;
        int advance = (int) Math.min(ahead, rest);
        int units = lastDuration < tickUnits ? advance : rest;
        if (unseenBefore(ring.number(slot)) == 0) {
            starting = true;
            emptyTicks++;
            return hand(Playout.SILENCE, units, advance);
        }
        if (ring.isRedundant(slot) && ahead == lastDuration && ahead <= 3L * tickUnits) {
            // The redundancy of a packet is of the frame just before it (RFC 6716 §2.1.7).
            polledSlot = slot;
            recoveredCount++;
            emptyTicks = 0;
            return hand(Playout.FEC_AVAILABLE, lastDuration, lastDuration);
        }
        return pauseOrConceal(units, advance);
    }

    private Playout playFrame(int slot) {
        starting = false;
        emptyTicks = 0;
        cursor = ring.mediaTime(slot);
        lastDuration = ring.duration(slot);
        quiet = ring.isQuiet(slot);
        playedCount++;
        noteLead(filledUnits);
        consume(slot);
        polledSlot = slot;
        return hand(Playout.FRAME, lastDuration, lastDuration);
    }

    private Playout pauseOrConceal(int units, int advance) {
        emptyTicks++;
        if (!anchored || quiet || emptyTicks > CONCEALED_TICKS) {
            starting = true;
            return hand(Playout.SILENCE, units, advance);
        }
        return conceal(units, advance);
    }

    private Playout conceal(int units, int advance) {
        concealedUnits += units;
        return hand(Playout.CONCEAL, units, advance);
    }

    private void consume(int slot) {
        ring.take(slot);
        lostCount += unseenBefore(ring.number(slot));
        nextNumber = ring.number(slot) + 1;
    }

    /// How many numbers from the next one on did not come, so far.
    private long unseenBefore(long number) {
        long unseen = Math.max(0, number - nextNumber - REMEMBERED_NUMBERS);
        for (long n = nextNumber + unseen; n < number; n++) {
            unseen += seen.contains(n) ? 0 : 1;
        }
        return unseen;
    }

    /// Hands out so much audio and moves the cursor on.
    private Playout hand(Playout playout, int units, int advance) {
        polledUnits = units;
        filledUnits += units;
        cursor += advance;
        return filledUnits >= tickUnits ? endTick(playout) : playout;
    }

    private Playout endTick(Playout playout) {
        filledUnits -= tickUnits;
        tickNanos += TICK_NANOS;
        tickNanos +=
                Math.clamp(
                        errorNanos() / STEER_SHARE, frameTooMany ? 0 : -STEER_NANOS, STEER_NANOS);
        tickJudged = false;
        ticksSinceCut++;
        return playout;
    }

    /// How much too early the tick is for the last packet that it needs.
    private long errorNanos() {
        return anchored
                ? nanosOf(cursor - filledUnits + Math.max(lead, recentLead))
                        + window.playoutOffsetNanos()
                        - tickNanos
                : 0;
    }

    /// Notes by how much a packet begins after the tick that needs it.
    private void noteLead(int units) {
        recentLead = Math.max(recentLead, units);
        framesOfLead++;
        if (framesOfLead == LEAD_FRAMES) {
            lead = recentLead;
            recentLead = 0;
            framesOfLead = 0;
        }
    }

    private long nanosOf(long units) {
        return Math.floorDiv(units, clockRateHz) * 1_000_000_000L
                + Math.floorMod(units, clockRateHz) * 1_000_000_000L / clockRateHz;
    }

    /// When the next tick is due.
    public long nextTickNanos() {
        return tickNanos;
    }

    /// The array of the payload polled last, until the next insert or poll; it begins at 0.
    public byte[] bytes() {
        return ring.payload(polledSlot);
    }

    /// Bytes of the payload polled last.
    public int length() {
        return ring.length(polledSlot);
    }

    /// The payload type of the payload polled last.
    public int payloadType() {
        return ring.payloadType(polledSlot);
    }

    /// How much audio the last poll asked for.
    public int durationUnits() {
        return polledUnits;
    }

    /// The delay of what plays now, above the fastest packets; 0 before the first packet.
    public long delayNanos() {
        return anchored
                ? Math.max(0, tickNanos - nanosOf(cursor - filledUnits) - window.leastNanos())
                : 0;
    }

    /// The delay that the buffer aims at, above the fastest packets.
    public long targetNanos() {
        return window.targetNanos();
    }

    /// The 95th percentile of the lateness of recent packets.
    public long lateness95Nanos() {
        return window.lateness95Nanos();
    }

    /// Ticks left out because nobody polled for so long: media time that the outgoing timestamp
    /// must skip.
    public long missedTicks() {
        return missedTickCount;
    }

    /// Packets played.
    public long played() {
        return playedCount;
    }

    /// Packets that did not come, so far, and were no pause either: of those between the first
    /// packet and the last one played.
    public long lost() {
        return lostCount;
    }

    /// Packets that came after their time, and were not played for that.
    public long late() {
        return lateCount;
    }

    /// Packets of which nothing was played: lost, late or dropped, and not rebuilt.
    public long unplayed() {
        return Math.max(0, lostCount + lateCount + droppedCount - recoveredCount);
    }

    /// Lost or late packets that were rebuilt from the redundancy of the next.
    public long recovered() {
        return recoveredCount;
    }

    /// Audio that was made up because none was there, in milliseconds.
    public long concealedMillis() {
        return concealedUnits * 1000 / clockRateHz;
    }

    /// Ticks put in to grow the buffer.
    public long inserted() {
        return insertedCount;
    }

    /// Packets played for 20 ms less than they had, to shrink the buffer.
    public long shortened() {
        return shortenedCount;
    }

    /// Packets that came in time and were not played: the network delivered at once what it had
    /// held back, or the sender began anew.
    public long dropped() {
        return droppedCount;
    }
}
