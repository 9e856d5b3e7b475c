package offhook.rtp;

/// The packets that wait in a [PlayoutBuffer]: number n lies in slot n mod [#SLOTS]. Slots grow
/// with the payloads that come, in steps; payloads stay readable until their slot is used again.
final class PacketRing {

    static final int SLOTS = 32;
    static final int LONGEST_PAYLOAD_BYTES = 1500;

    /// What G.711 and G.722 have in 20 ms; Opus has less.
    private static final int STEP_BYTES = 160;

    private final byte[][] payloads = new byte[SLOTS][STEP_BYTES];
    private final long[] numbers = new long[SLOTS];
    private final boolean[] waiting = new boolean[SLOTS];
    private final int[] lengths = new int[SLOTS];
    private final int[] types = new int[SLOTS];
    private final int[] durations = new int[SLOTS];
    private final long[] mediaTimes = new long[SLOTS];
    private final boolean[] quiets = new boolean[SLOTS];
    private final boolean[] redundants = new boolean[SLOTS];

    /// Drops all that waits; how many packets there were.
    int clear() {
        return dropBefore(Long.MAX_VALUE);
    }

    void store(
            long number,
            long mediaTime,
            RtpPacket packet,
            int durationUnits,
            boolean quiet,
            boolean redundant) {
        int slot = slotOf(number);
        int length = packet.payloadLength();
        if (payloads[slot].length < length) {
            payloads[slot] = new byte[Math.ceilDiv(length, STEP_BYTES) * STEP_BYTES];
        }
        System.arraycopy(packet.bytes(), packet.payloadOffset(), payloads[slot], 0, length);
        numbers[slot] = number;
        waiting[slot] = true;
        lengths[slot] = length;
        types[slot] = packet.payloadType();
        durations[slot] = durationUnits;
        mediaTimes[slot] = mediaTime;
        quiets[slot] = quiet;
        redundants[slot] = redundant;
    }

    /// Drops the waiting packets below the number; how many there were.
    int dropBefore(long number) {
        int dropped = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            if (waiting[slot] && numbers[slot] < number) {
                waiting[slot] = false;
                dropped++;
            }
        }
        return dropped;
    }

    void take(int slot) {
        waiting[slot] = false;
    }

    static int slotOf(long number) {
        return (int) (number & (SLOTS - 1));
    }

    boolean isWaiting(int slot) {
        return waiting[slot];
    }

    long number(int slot) {
        return numbers[slot];
    }

    long mediaTime(int slot) {
        return mediaTimes[slot];
    }

    int duration(int slot) {
        return durations[slot];
    }

    boolean isQuiet(int slot) {
        return quiets[slot];
    }

    boolean isRedundant(int slot) {
        return redundants[slot];
    }

    byte[] payload(int slot) {
        return payloads[slot];
    }

    int length(int slot) {
        return lengths[slot];
    }

    int payloadType(int slot) {
        return types[slot];
    }
}
